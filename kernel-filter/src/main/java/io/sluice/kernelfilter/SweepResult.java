package io.sluice.kernelfilter;

/**
 * What a sweep found and did.
 *
 * @param unconfirmed unconfirmed sessions left
 * @param confirmed confirmed sessions left
 * @param removedUnconfirmed stale unconfirmed sessions removed
 * @param removedConfirmed stale confirmed sessions removed
 * @param elapsedNs how long it took
 */
public record SweepResult(
    long unconfirmed,
    long confirmed,
    long removedUnconfirmed,
    long removedConfirmed,
    long elapsedNs) {}
