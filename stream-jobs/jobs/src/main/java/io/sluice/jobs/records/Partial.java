package io.sluice.jobs.records;

/** Statistics to be added to a row. Whoever receives it owns its statistics. */
public record Partial(Row row, Statistics statistics) {}
