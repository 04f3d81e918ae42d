package io.sluice.jobs.records;

/** The sums of one row. Mutable, with one owner at a time; sums stop at the largest long. */
public final class Statistics {
  public long requests;
  public long errors;

  /** Headers and bodies. */
  public long requestBytes;

  /** Headers and bodies. */
  public long responseBytes;

  /** Requests with a response. */
  public long latencyCount;

  public long latencySumUs;
  public Latencies latencies = new Latencies();

  public Latencies latencies() {
    return latencies;
  }

  public void add(Request request) {
    requests++;
    if (request.error()) {
      errors++;
    }
    requestBytes = sum(requestBytes, request.requestBytes());
    responseBytes = sum(responseBytes, request.responseBytes());
    if (request.latencyUs() >= 0) {
      latencyCount++;
      latencySumUs = sum(latencySumUs, request.latencyUs());
      latencies.add(request.latencyUs());
    }
  }

  /** Adds all of the other, which stays as it is. */
  public void merge(Statistics other) {
    requests += other.requests;
    errors += other.errors;
    requestBytes = sum(requestBytes, other.requestBytes);
    responseBytes = sum(responseBytes, other.responseBytes);
    latencyCount += other.latencyCount;
    latencySumUs = sum(latencySumUs, other.latencySumUs);
    latencies.merge(other.latencies);
  }

  public static Statistics of(Request request) {
    Statistics statistics = new Statistics();
    statistics.add(request);
    return statistics;
  }

  private static long sum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
