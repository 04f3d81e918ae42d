package io.sluice.jobs.records;

/** One row's place within live traffic or within a replay. */
public record Row(WindowKey window, Group group) {}
