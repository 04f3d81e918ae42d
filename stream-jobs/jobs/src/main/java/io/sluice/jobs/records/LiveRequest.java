package io.sluice.jobs.records;

import org.apache.flink.api.common.typeinfo.TypeInfo;

/** A live request with the record it came in, which goes to the late topic if it is too late. */
@TypeInfo(LiveRequestSerializer.Factory.class)
public record LiveRequest(Request request, RawRecord raw) {}
