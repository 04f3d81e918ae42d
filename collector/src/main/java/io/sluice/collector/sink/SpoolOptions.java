package io.sluice.collector.sink;

import java.nio.file.Path;

/**
 * Where events wait for the broker, and how safely.
 *
 * @param directory of its own; made where it is missing
 * @param maxBytes all segments together, at least {@link #LEAST_BYTES}
 * @param fsync when what is written is forced to the device
 * @param whenFull which events give way
 */
public record SpoolOptions(Path directory, long maxBytes, Fsync fsync, WhenFull whenFull) {
  public static final long LEAST_BYTES = 16L << 20;
  public static final long DEFAULT_BYTES = 1L << 30;

  static final String STATE = "state";
  static final String LOCK = "lock";
  static final String SUFFIX = ".spool";

  private static final int SEGMENTS = 16;
  private static final long LEAST_SEGMENT_BYTES = 2L << 20;
  private static final long MOST_SEGMENT_BYTES = 64L << 20;

  /** What a power failure can lose; a killed process loses nothing that was written. */
  public enum Fsync {
    /** What the operating system had not written yet: usually the last 30 seconds. */
    NEVER,
    /** The last second. */
    INTERVAL,
    /** Nothing that was spooled. */
    EACH
  }

  /** Which events are dropped, counted, when the spool is full. */
  public enum WhenFull {
    /** Those that wait longest, a segment at a time. */
    DROP_OLDEST,
    /** Those that come. */
    DROP_NEWEST
  }

  public SpoolOptions {
    if (maxBytes < LEAST_BYTES) {
      throw new IllegalArgumentException(
          "cannot spool in %d bytes: less than %d; give more".formatted(maxBytes, LEAST_BYTES));
    }
  }

  /** The same in another folder. */
  public SpoolOptions in(Path other) {
    return new SpoolOptions(other, maxBytes, fsync, whenFull);
  }

  /** Whether a spool has files of this name. */
  public static boolean isFile(String name) {
    return name.equals(STATE) || name.equals(LOCK) || name.endsWith(SUFFIX);
  }

  /** A file is written until it has about so many bytes; the unit in which room is given back. */
  long segmentBytes() {
    return Math.clamp(maxBytes / SEGMENTS, LEAST_SEGMENT_BYTES, MOST_SEGMENT_BYTES);
  }
}
