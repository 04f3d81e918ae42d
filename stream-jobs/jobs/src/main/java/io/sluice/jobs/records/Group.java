package io.sluice.jobs.records;

/**
 * One row's place within its host and window. A key of keyed state: its hash must not change
 * between Java versions, so it is written out.
 *
 * @param path template
 * @param statusClass 1..5, or 0 without a response
 */
public record Group(String sensor, String path, String method, int statusClass) {
  /** Stands for every value beyond a bound. */
  public static final String OTHER = "{other}";

  public Group withOtherPath() {
    return new Group(sensor, OTHER, method, statusClass);
  }

  /** The row that takes what does not fit beside it: one for each class. */
  public Group overflow() {
    return new Group(OTHER, OTHER, OTHER, statusClass);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * path.hashCode() + method.hashCode()) + sensor.hashCode()) + statusClass;
  }
}
