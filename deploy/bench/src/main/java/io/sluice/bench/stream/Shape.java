package io.sluice.bench.stream;

/**
 * What generated events are like. Times rise evenly over the span, each out of order by up to a
 * second.
 *
 * @param events how many, without duplicates
 * @param spanSeconds of event time
 * @param hosts the first gets most, the last least
 * @param templates of each host
 * @param clients of all hosts; each host has a fifth of them, so that lists of 200 are exact up to
 *     1,000
 * @param distinct whether instead each event has a path, a template and, up to 1,000,000, a client
 *     of its own
 * @param duplicateEvery each so many-th event is sent twice; 0 for none
 */
public record Shape(
    long seed,
    int events,
    int spanSeconds,
    int hosts,
    int templates,
    int clients,
    boolean distinct,
    int duplicateEvery) {

  public static Shape standard(int events) {
    return new Shape(1, events, Math.max(60, events / 5000), 100, 40, 5000, false, 0);
  }

  static Shape distinct(int events) {
    return new Shape(2, events, Math.max(60, events / 5000), 100, 1, 1_000_000, true, 0);
  }

  static Shape day(int events) {
    return new Shape(3, events, 86_000, 20, 10, 1000, false, 200);
  }
}
