package io.sluice.jobs.records;

/** A row of sums of a replayed file. */
public record SlotGroup(Slot slot, Group group) {}
