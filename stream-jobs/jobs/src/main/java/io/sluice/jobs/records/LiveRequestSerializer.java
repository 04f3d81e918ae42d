package io.sluice.jobs.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Every live event crosses one exchange in this form: its fields one after the other, texts as
 * UTF-8 behind their length. Flink's own serializer, which goes by reflection and char by char, was
 * what the job spent most of its time on. Never in state, so the form may change with any version.
 */
public final class LiveRequestSerializer extends TypeSerializer<LiveRequest> {
  private static final long serialVersionUID = 1;

  /** The length of what is null. */
  private static final int NULL = -1;

  private static final byte[] EMPTY = {};

  private transient Texts known;
  private transient byte[] buffer;

  @Override
  public void serialize(LiveRequest live, DataOutputView out) throws IOException {
    Request request = live.request();
    text(request.id(), out);
    out.writeLong(request.timeMs());
    text(request.sensor(), out);
    text(request.host(), out);
    text(request.method(), out);
    out.writeInt(request.status());
    out.writeBoolean(request.truncated());
    text(request.template(), out);
    text(request.path(), out);
    text(request.client(), out);
    text(request.userAgent(), out);
    text(request.referrer(), out);
    out.writeLong(request.requestBytes());
    out.writeLong(request.responseBytes());
    out.writeLong(request.latencyUs());
    out.writeLong(request.durationUs());
    RawRecord raw = live.raw();
    text(raw.origin().topic(), out);
    out.writeInt(raw.origin().partition());
    out.writeLong(raw.origin().offset());
    out.writeLong(raw.timestampMs());
    bytes(raw.key(), out);
    bytes(raw.value(), out);
    text(raw.type(), out);
    text(raw.sensor(), out);
    text(raw.reason(), out);
    text(raw.message(), out);
  }

  @Override
  public LiveRequest deserialize(DataInputView in) throws IOException {
    Request request =
        new Request(
            text(in),
            in.readLong(),
            known(in),
            known(in),
            known(in),
            in.readInt(),
            in.readBoolean(),
            known(in),
            text(in),
            known(in),
            known(in),
            known(in),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readLong());
    RawRecord raw =
        new RawRecord(
            new Origin(known(in), in.readInt(), in.readLong()),
            in.readLong(),
            bytes(in),
            bytes(in),
            known(in),
            known(in),
            text(in),
            text(in));
    return new LiveRequest(request, raw);
  }

  private static void text(String text, DataOutputView out) throws IOException {
    bytes(text == null ? null : text.getBytes(UTF_8), out);
  }

  private static void bytes(byte[] bytes, DataOutputView out) throws IOException {
    if (bytes == null) {
      out.writeInt(NULL);
      return;
    }
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputView in) throws IOException {
    byte[] bytes = bytes(in);
    return bytes == null ? null : new String(bytes, UTF_8);
  }

  /** The same for one that many events have. */
  private String known(DataInputView in) throws IOException {
    int length = in.readInt();
    if (length == NULL) {
      return null;
    }
    if (known == null) {
      known = new Texts(text -> text);
      buffer = EMPTY;
    }
    if (length > buffer.length) {
      buffer = new byte[2 * length];
    }
    in.readFully(buffer, 0, length);
    return known.of(buffer, 0, length);
  }

  private static byte[] bytes(DataInputView in) throws IOException {
    int length = in.readInt();
    if (length <= 0) {
      return length == NULL ? null : EMPTY;
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  @Override
  public LiveRequest deserialize(LiveRequest reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public void copy(DataInputView in, DataOutputView out) throws IOException {
    serialize(deserialize(in), out);
  }

  /** Immutable but for the bytes of the record, which nobody changes. */
  @Override
  public LiveRequest copy(LiveRequest from) {
    return from;
  }

  @Override
  public LiveRequest copy(LiveRequest from, LiveRequest reuse) {
    return from;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public LiveRequest createInstance() {
    return null;
  }

  @Override
  public int getLength() {
    return NULL;
  }

  @Override
  public TypeSerializerSnapshot<LiveRequest> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Each thread has its own texts. */
  @Override
  public TypeSerializer<LiveRequest> duplicate() {
    return new LiveRequestSerializer();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LiveRequestSerializer;
  }

  @Override
  public int hashCode() {
    return LiveRequestSerializer.class.hashCode();
  }

  /** Public for Flink. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<LiveRequest> {
    public Snapshot() {
      super(LiveRequestSerializer::new);
    }
  }
}
