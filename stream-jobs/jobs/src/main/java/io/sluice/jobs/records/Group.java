package io.sluice.jobs.records;

/**
 * One row's place within its host and window.
 *
 * @param dimension see the constants; the numbers are those of the table
 * @param method empty but for RESPONSE
 * @param statusClass 0 but for RESPONSE
 * @param value empty for RESPONSE
 */
public record Group(int dimension, String method, int statusClass, String value) {
  public static final int RESPONSE = 0;
  public static final int URL = 1;
  public static final int CLIENT = 2;

  /** Stands for every value beyond the bound. */
  public static final String OTHER = "{other}";

  public static Group response(String method, int statusClass) {
    return new Group(RESPONSE, method, statusClass, "");
  }

  public static Group url(String path) {
    return new Group(URL, "", 0, path);
  }

  public static Group client(String address) {
    return new Group(CLIENT, "", 0, address);
  }

  /** The row that takes what does not fit beside it. */
  public Group overflow() {
    return dimension == RESPONSE
        ? new Group(RESPONSE, OTHER, statusClass, "")
        : new Group(dimension, "", 0, OTHER);
  }
}
