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
  public static final long LEAST_BYTES = 1024 * MIB;

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

  /** Requests as events: a third (topic {@code retention.bytes}). */
  public long eventTopicBytes() {
    return totalBytes / 3;
  }

  /** Statistics rows on their way to others: a sixteenth (topic {@code retention.bytes}). */
  public long statisticsTopicBytes() {
    return totalBytes / 16;
  }

  /** Each of the topics for late records, malformed records and health. */
  public long sideTopicBytes() {
    return totalBytes / 64;
  }

  /** Rows, indexes and write-ahead log of the store: a third (kept by the query service). */
  public long storeBytes() {
    return totalBytes / 3;
  }

  /** Write-ahead log of the store, part of {@link #storeBytes()} ({@code max_wal_size}). */
  public long walBytes() {
    return Math.min(256 * MIB, storeBytes() / 4);
  }

  /** Checkpoints of the job, those retained and the one being written. */
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
