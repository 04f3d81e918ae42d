package io.sluice.kernelfilter;

/**
 * What a sweep found and did.
 *
 * @param unconfirmed unconfirmed sessions left
 * @param confirmed confirmed sessions left
 * @param removedUnconfirmed stale unconfirmed sessions removed
 * @param removedConfirmed stale confirmed sessions removed
 * @param evicted unconfirmed sessions that had to make room, since the filter was loaded; by
 *     difference, so under traffic it may lag by what came during the walk
 * @param elapsedNs how long it took
 */
public record SweepResult(
    long unconfirmed,
    long confirmed,
    long removedUnconfirmed,
    long removedConfirmed,
    long evicted,
    long elapsedNs) {}
