package io.sluice.bench.traffic;

/**
 * A request and its response as a sensor should report them.
 *
 * @param host without port
 * @param depth 1 for the first of its connection
 * @param requestHeaderBytes request line to empty line, both included
 * @param requestBodyBytes content, without chunk framing
 * @param status 0 where there was no response
 */
record Exchange(
    String method,
    String target,
    String host,
    int depth,
    int requestHeaderBytes,
    int requestBodyBytes,
    int status,
    int responseHeaderBytes,
    int responseBodyBytes) {}
