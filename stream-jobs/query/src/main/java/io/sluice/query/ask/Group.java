package io.sluice.query.ask;

import java.math.BigDecimal;
import java.util.List;

/**
 * What one group of rows adds up to.
 *
 * @param spread null where the rows tell nothing of it
 */
record Group(
    List<Object> keys,
    long requests,
    long errors,
    long truncated,
    long requestBytes,
    long responseBytes,
    long responses,
    long latencySumUs,
    Spread spread) {
  /** How latencies are spread, and how many clients there are. */
  interface Spread {
    /** The shares that are asked for. */
    List<Double> QUANTILES = List.of(0.5, 0.75, 0.9, 0.95, 0.99, 1.0);

    /**
     * @param quantile one of {@link #QUANTILES}
     * @return microseconds, or null without responses
     */
    Long latencyUs(double quantile);

    long clients();
  }

  /** Added up from the sketches of windows. */
  record Sketches(LatencySketch latency, ClientSketch distinct) implements Spread {
    @Override
    public Long latencyUs(double quantile) {
      return latency.quantile(quantile);
    }

    @Override
    public long clients() {
      return distinct.count();
    }
  }

  /**
   * Counted from single requests.
   *
   * @param latenciesUs of each of {@link #QUANTILES}; empty without responses
   */
  record Counted(List<Long> latenciesUs, long clients) implements Spread {
    @Override
    public Long latencyUs(double quantile) {
      return latenciesUs.isEmpty() ? null : latenciesUs.get(QUANTILES.indexOf(quantile));
    }
  }

  /** The same by other keys. */
  Group of(List<Object> others) {
    return new Group(
        others,
        requests,
        errors,
        truncated,
        requestBytes,
        responseBytes,
        responses,
        latencySumUs,
        spread);
  }

  /** Null without responses. */
  Long meanUs() {
    return responses == 0 ? null : latencySumUs / responses;
  }

  /** Of all requests, to four digits; null without any. */
  BigDecimal share(long part) {
    return requests == 0 ? null : BigDecimal.valueOf(Math.round(1e4 * part / requests), 4);
  }
}
