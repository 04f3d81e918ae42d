package io.sluice.collector.audit;

import io.sluice.collector.counters.Counter;
import java.util.EnumSet;
import java.util.Set;

/**
 * The audit log's ledger: {@code RECORDS_OFFERED = RECORDS_WRITTEN + } every record lost by reason
 * {@code + } those still queued or buffered. {@code RECORDS_VANISHED} stands beside it: those were
 * written, and then somebody removed their file.
 */
public enum AuditCounter implements Counter {
  RECORDS_OFFERED("Events handed to the audit log."),
  RECORDS_WRITTEN("Records that the operating system accepted."),
  BYTES_WRITTEN("Bytes that the operating system accepted, compressed where compression is on."),
  FILES_SEALED("Files closed and renamed to their final name."),
  FILES_RECOVERED("Unfinished files of an earlier run that were completed at the start."),
  FILES_EXPIRED("Files deleted because more than the configured number were kept."),
  QUEUE_FULL("Records lost because the writer was slower than the events."),
  DISK_FULL("Records lost because no space was left on the device, or a quota was used up."),
  DIRECTORY_MISSING("Records lost because the directory or socket did not exist."),
  PERMISSION_DENIED("Records lost because the file system or socket refused access."),
  READ_ONLY("Records lost because the file system is mounted read-only."),
  IO_ERROR("Records lost because of another input or output error."),
  RECEIVER_BUSY("Records lost because the log daemon did not take them in time."),
  TOO_LARGE("Records lost because they do not fit in a datagram."),
  ENCODING_FAILED("Records lost because the encoding threw an exception, which is a bug."),
  RECORDS_VANISHED("Records whose unfinished file was removed while it was being written."),
  SHUTDOWN("Records lost because the collector had to stop before they were written.");

  private static final Set<AuditCounter> LOSSES =
      EnumSet.of(
          QUEUE_FULL,
          DISK_FULL,
          DIRECTORY_MISSING,
          PERMISSION_DENIED,
          READ_ONLY,
          IO_ERROR,
          RECEIVER_BUSY,
          TOO_LARGE,
          ENCODING_FAILED,
          SHUTDOWN);

  private final String help;

  AuditCounter(final String help) {
    this.help = help;
  }

  /** Whether these are records that were offered and never written. */
  public boolean isLoss() {
    return LOSSES.contains(this);
  }

  @Override
  public String help() {
    return help;
  }
}
