package io.sluice.jobs.time;

import java.io.Serializable;

/**
 * Tumbling windows, aligned to 1970 UTC.
 *
 * @param sizeMs length of a window
 * @param latenessMs how long after its end (in event time) a window still takes corrections
 */
public record Windows(long sizeMs, long latenessMs) implements Serializable {

  public long start(long timeMs) {
    return Math.floorDiv(timeMs, sizeMs) * sizeMs;
  }

  /** Last time in the window that starts then: the watermark that closes it. */
  public long lastMs(long startMs) {
    return startMs + sizeMs - 1;
  }

  /** The watermark at which the window is forgotten, and what belongs to it is late. */
  public long forgetMs(long startMs) {
    return lastMs(startMs) + latenessMs;
  }

  public int seconds() {
    return (int) (sizeMs / 1000);
  }
}
