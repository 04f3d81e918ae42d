package io.sluice.jobs.records;

/** A path template that a slot has a row of. */
public record SlotTemplate(Slot slot, String template) {}
