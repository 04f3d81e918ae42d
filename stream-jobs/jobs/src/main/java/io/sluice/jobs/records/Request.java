package io.sluice.jobs.records;

/**
 * What the statistics need of one request event. All strings are bounded and clean (see {@code
 * RequestReader}).
 *
 * @param timeMs event time, milliseconds since 1970 UTC, 0..{@code RequestReader.MAX_TIME_MS}
 * @param host lower case, empty where the request names none
 * @param statusClass 1..5, or 0 without a response
 * @param error whether the status is 400 or more
 * @param path the target's path, without its query
 * @param latencyUs microseconds, 0..one day, or -1 without a response
 */
public record Request(
    String id,
    long timeMs,
    String host,
    String method,
    int statusClass,
    boolean error,
    String path,
    String client,
    long requestBytes,
    long responseBytes,
    long latencyUs) {}
