package io.sluice.jobs.records;

import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/**
 * Every live event crosses one exchange in this form. Never in state, so it may change with any
 * version.
 */
public final class LiveRequestSerializer extends BytesSerializer<LiveRequest> {
  private static final long serialVersionUID = 1;

  @Override
  void write(LiveRequest live, ByteWriter out) {
    out.bytes(live.request().bytes());
    if (live.rawForm() != null) {
      out.append(live.rawForm());
      return;
    }
    RawRecord raw = live.raw();
    out.text(raw.origin().topic());
    out.number(raw.origin().partition());
    out.number(raw.origin().offset());
    out.number(raw.timestampMs());
    out.bytes(raw.key());
    out.bytes(raw.value());
    out.text(raw.type());
    out.text(raw.sensor());
    out.text(raw.reason());
    out.text(raw.message());
  }

  @Override
  LiveRequest read(ByteReader in) {
    return new LiveRequest(new Request(in.bytes()), in.rest());
  }

  static RawRecord readRaw(ByteReader in) {
    return new RawRecord(
        new Origin(in.text(), in.integer(), in.number()),
        in.number(),
        in.bytes(),
        in.bytes(),
        in.text(),
        in.text(),
        in.text(),
        in.text());
  }

  /** Immutable but for the bytes of the record, which nobody changes. */
  @Override
  public LiveRequest copy(LiveRequest from) {
    return from;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public TypeSerializer<LiveRequest> duplicate() {
    return new LiveRequestSerializer();
  }

  @Override
  public TypeSerializerSnapshot<LiveRequest> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Public for Flink. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<LiveRequest> {
    public Snapshot() {
      super(LiveRequestSerializer::new);
    }
  }

  /** Named by {@link LiveRequest}. */
  public static final class Factory extends TypeInfoFactory<LiveRequest> {
    @Override
    public TypeInformation<LiveRequest> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> parameters) {
      return new BytesType<>(LiveRequest.class, new LiveRequestSerializer());
    }
  }
}
