package io.sluice.collector.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a counter of the ledger is called among the metrics. Counters that are the reasons of one
 * thing share a name and differ in the label {@code reason}.
 *
 * @param name without {@code _total}, which only counters get
 * @param reason null for none
 * @param help of a name with reasons; null where it is the counter's own
 * @param gauge whether it may fall
 */
record MetricName(String name, String reason, String help, boolean gauge) {
  private static final Set<String> GAUGES =
      Set.of(
          "reassembly.BUFFERED_BYTES",
          "http.PENDING",
          "http.HELD",
          "sink.EVENTS_SPOOLED",
          "sink.SPOOL_BYTES");

  private static final List<Family> FAMILIES =
      List.of(
          new Family(
              "kernel",
              "KEPT_",
              "",
              Set.of("KEPT_ADMITTED", "KEPT_SESSION", "KEPT_CLOSING"),
              "kept_packets",
              "Packets that the kernel filter kept."),
          new Family(
              "kernel",
              "FILTERED_",
              "",
              Set.of(),
              "filtered_packets",
              "Packets that the kernel filter left out, as intended."),
          new Family(
              "decode",
              "",
              "",
              Set.of(
                  "FRAGMENTS",
                  "OTHER_TRANSPORT",
                  "NOT_IP",
                  "ENCRYPTED",
                  "UNSUPPORTED_LINK",
                  "TRUNCATED",
                  "MALFORMED",
                  "TOO_DEEP"),
              "undecodable_frames",
              "Frames in which no TCP or UDP was found."),
          new Family(
              "reassembly",
              "DISCARDED_",
              "_BYTES",
              Set.of(),
              "discarded_bytes",
              "Bytes that were not kept."),
          new Family(
              "sink",
              "EVENTS_FAILED_",
              "",
              Set.of(),
              "failed_events",
              "Events that were lost on the way to the broker."),
          new Family(
              "audit",
              "",
              "",
              Set.of(
                  "QUEUE_FULL",
                  "DISK_FULL",
                  "DIRECTORY_MISSING",
                  "PERMISSION_DENIED",
                  "READ_ONLY",
                  "IO_ERROR",
                  "RECEIVER_BUSY",
                  "TOO_LARGE",
                  "ENCODING_FAILED",
                  "SHUTDOWN"),
              "lost_records",
              "Records that the audit log lost."));

  /**
   * Counters that are reasons of one thing.
   *
   * @param only their names; empty for all with the prefix
   */
  private record Family(
      String stage, String prefix, String suffix, Set<String> only, String name, String help) {
    boolean has(String ofStage, String counter) {
      return stage.equals(ofStage)
          && counter.startsWith(prefix)
          && counter.endsWith(suffix)
          && (only.isEmpty() || only.contains(counter));
    }

    MetricName of(String counter) {
      String reason = counter.substring(prefix.length(), counter.length() - suffix.length());
      return new MetricName("sluice_" + stage + "_" + name, lower(reason), help, false);
    }
  }

  /**
   * @param stage as the status names it
   * @param counter the enum constant's name
   */
  static MetricName of(String stage, String counter) {
    for (Family family : FAMILIES) {
      if (family.has(stage, counter)) {
        return family.of(counter);
      }
    }
    boolean gauge = GAUGES.contains(stage + "." + counter);
    return new MetricName("sluice_" + stage + "_" + lower(counter), null, null, gauge);
  }

  /** As a scrape has it. */
  String exposed() {
    return name + (gauge ? "" : "_total") + (reason == null ? "" : "{reason=\"" + reason + "\"}");
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
