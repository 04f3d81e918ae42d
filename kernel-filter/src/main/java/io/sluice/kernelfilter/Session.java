package io.sluice.kernelfilter;

/**
 * One entry of the session map, as it was when read.
 *
 * @param confirmed whether both ends have sent payload
 * @param firstSeenNs CLOCK_MONOTONIC
 * @param lastSeenNs CLOCK_MONOTONIC, of the last packet kept
 * @param packets kept
 * @param bytes payload of the packets kept, on the wire
 */
public record Session(
    SessionKey key,
    boolean confirmed,
    long firstSeenNs,
    long lastSeenNs,
    long packets,
    long bytes) {}
