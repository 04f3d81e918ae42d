package io.sluice.standalone;

/**
 * What one instance may use of the disk, and how that is divided. Each part is kept by the setting
 * named beside it; the parts add up to the total.
 *
 * @param totalBytes all of the data folder; at least {@link #LEAST_BYTES}
 */
public record DiskBudget(long totalBytes) {
  public static final long MIB = 1L << 20;
  public static final long DEFAULT_BYTES = 4096 * MIB;
  public static final long LEAST_BYTES = 3072 * MIB;

  /** Write-ahead log and spill files of the store, as its configuration bounds them. */
  public static final long STORE_OVERHEAD_BYTES = 768 * MIB;

  /** Log files of a service: the current one and {@link #LOG_FILES} - 1 older ones (svlogd). */
  public static final int LOG_FILES = 5;

  public static final long LOG_FILE_BYTES = MIB;
  public static final int SERVICES = 7;

  public DiskBudget {
    if (totalBytes < LEAST_BYTES) {
      throw new Problem(
          "cannot keep to a disk budget of %d MiB: less than %d MiB; give more"
              .formatted(totalBytes / MIB, LEAST_BYTES / MIB));
    }
  }

  /** Requests as events: a quarter (topic {@code retention.bytes}). */
  public long eventTopicBytes() {
    return totalBytes / 4;
  }

  /** Events that wait for the broker: a sixteenth ({@code --spool-mib}). */
  public long spoolBytes() {
    return totalBytes / 16;
  }

  /** Statistics rows on their way to others: a thirty-second (topic {@code retention.bytes}). */
  public long statisticsTopicBytes() {
    return totalBytes / 32;
  }

  /** Each of the topics for late records, malformed records and health. */
  public long sideTopicBytes() {
    return totalBytes / 64;
  }

  /** The store: two fifths. */
  public long storeBytes() {
    return totalBytes * 2 / 5;
  }

  /** Rows and indexes of the store (the query service drops the oldest: {@code store.mib}). */
  public long storeTableBytes() {
    return storeBytes() - STORE_OVERHEAD_BYTES;
  }

  /** Checkpoints of the job: the one retained and the one being written, which share most. */
  public long checkpointBytes() {
    return totalBytes / 8;
  }

  public long logBytes() {
    return SERVICES * LOG_FILES * LOG_FILE_BYTES;
  }

  /**
   * The size of a partition at which Kafka deletes, so that its topic keeps to its part: the
   * segment being written and one awaiting deletion come on top of {@code retention.bytes}.
   */
  public static long retentionBytes(long topicBytes, int partitions) {
    return topicBytes / partitions - 2 * segmentBytes(topicBytes, partitions);
  }

  /** An eighth of a partition's part. */
  public static long segmentBytes(long topicBytes, int partitions) {
    return topicBytes / partitions / 8;
  }
}
