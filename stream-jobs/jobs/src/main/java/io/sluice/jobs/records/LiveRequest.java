package io.sluice.jobs.records;

import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * A live request with the record it came in, which goes to the late topic if it is too late; behind
 * an exchange that record is read only then. Nobody changes it.
 */
@TypeInfo(LiveRequestSerializer.Factory.class)
public final class LiveRequest {
  private final Request request;

  /** One of the two. */
  private final RawRecord raw;

  private final byte[] rawForm;

  public LiveRequest(Request request, RawRecord raw) {
    this.request = request;
    this.raw = raw;
    rawForm = null;
  }

  /**
   * @param rawForm as its serializer writes the record
   */
  LiveRequest(Request request, byte[] rawForm) {
    this.request = request;
    this.rawForm = rawForm;
    raw = null;
  }

  public Request request() {
    return request;
  }

  public RawRecord raw() {
    return rawForm == null ? raw : LiveRequestSerializer.readRaw(new ByteReader(rawForm));
  }

  /** Null where it is still a record. */
  byte[] rawForm() {
    return rawForm;
  }
}
