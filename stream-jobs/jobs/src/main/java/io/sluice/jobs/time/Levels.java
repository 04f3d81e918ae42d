package io.sluice.jobs.time;

import java.io.Serializable;
import java.util.List;

/**
 * The lengths of window that the same requests are counted in: the windows themselves, and what
 * they are rolled up to.
 */
public record Levels(Windows base) implements Serializable {
  private static final int MINUTE = 60;
  private static final int HOUR = 3600;
  private static final int DAY = 86_400;

  /**
   * @throws IllegalArgumentException where a minute is not a whole number of windows
   */
  public Levels {
    if (base.seconds() < 1 || MINUTE % base.seconds() != 0 || base.seconds() == MINUTE) {
      throw new IllegalArgumentException(
          "cannot read setting window.seconds: a minute is not two or more windows of "
              + base.seconds()
              + " seconds; give 10, 5 or another of its parts");
    }
  }

  public Windows minute() {
    return of(MINUTE);
  }

  public Windows hour() {
    return of(HOUR);
  }

  public Windows day() {
    return of(DAY);
  }

  /** Shortest first. */
  public List<Windows> all() {
    return List.of(base, minute(), hour(), day());
  }

  private Windows of(int seconds) {
    return new Windows(seconds * 1000L, base.latenessMs());
  }
}
