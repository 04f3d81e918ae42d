package io.sluice.jobs.records;

/** One row's place within a replay. */
public record ReplayRow(WindowKey window, Group group) {}
