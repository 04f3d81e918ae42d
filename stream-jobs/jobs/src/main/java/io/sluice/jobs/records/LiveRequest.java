package io.sluice.jobs.records;

/** A live request with the record it came in, which goes to the late topic if it is too late. */
public record LiveRequest(Request request, RawRecord raw) {}
