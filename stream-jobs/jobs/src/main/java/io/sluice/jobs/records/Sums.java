package io.sluice.jobs.records;

/** Exact sums of requests. Mutable, with one owner at a time; a sum stops at the largest long. */
public final class Sums {
  public long requests;

  /** Responses with a status of 400 or more. */
  public long errors;

  /** Requests of which the event misses a part. */
  public long truncated;

  /** Headers and bodies. */
  public long requestBytes;

  /** Headers and bodies. */
  public long responseBytes;

  /** Requests with a response. */
  public long latencyCount;

  public long latencySumUs;
  public long durationSumUs;

  public void add(Request request) {
    requests++;
    errors += request.isError() ? 1 : 0;
    truncated += request.truncated() ? 1 : 0;
    requestBytes = sum(requestBytes, request.requestBytes());
    responseBytes = sum(responseBytes, request.responseBytes());
    if (request.latencyUs() >= 0) {
      latencyCount++;
      latencySumUs = sum(latencySumUs, request.latencyUs());
      durationSumUs = sum(durationSumUs, request.durationUs());
    }
  }

  /** Adds all of the other, which stays as it is. */
  public void merge(Sums other) {
    requests += other.requests;
    errors += other.errors;
    truncated += other.truncated;
    requestBytes = sum(requestBytes, other.requestBytes);
    responseBytes = sum(responseBytes, other.responseBytes);
    latencyCount += other.latencyCount;
    latencySumUs = sum(latencySumUs, other.latencySumUs);
    durationSumUs = sum(durationSumUs, other.durationSumUs);
  }

  public Sums copy() {
    Sums copy = new Sums();
    copy.merge(this);
    return copy;
  }

  private static long sum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
