package io.sluice.jobs.records;

/**
 * One row of exact sums as the topic and the table {@code request_stats} hold it; a later one with
 * the same key replaces it. Nobody changes the sums.
 */
public record GroupRow(Place place, Group group, Sums sums) {

  /** For one Kafka partition per row and for compaction. Never empty. */
  public String key() {
    return String.join(
        "|",
        place.key(),
        group.sensor(),
        group.path(),
        group.method(),
        Integer.toString(group.statusClass()));
  }
}
