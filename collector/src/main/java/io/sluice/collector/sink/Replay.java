package io.sluice.collector.sink;

/**
 * What the events of a replayed file carry in their headers.
 *
 * @param run the same for the same file
 * @param attempt unique
 * @param file base name of the file
 */
public record Replay(String run, String attempt, String file) {}
