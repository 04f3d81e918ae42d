package io.sluice.jobs.records;

/** One host in one of the windows of a replayed file, of any length. */
public record Slot(int windowSeconds, WindowKey window) {}
