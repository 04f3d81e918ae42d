package io.sluice.jobs.records;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * A record's fields one after the other, written by hand: Flink's own serializers, which go by
 * reflection and char by char, were what the job spent most of its time on. No two of a class
 * differ.
 */
abstract class BytesSerializer<T> extends TypeSerializer<T> {
  private static final long serialVersionUID = 1;

  private transient ByteWriter writer;
  private transient ByteReader reader;

  abstract void write(T value, ByteWriter out);

  abstract T read(ByteReader in);

  @Override
  public final void serialize(T value, DataOutputView out) throws IOException {
    if (writer == null) {
      writer = new ByteWriter();
    }
    write(value, writer);
    writer.moveTo(out);
  }

  @Override
  public final T deserialize(DataInputView in) throws IOException {
    if (reader == null) {
      reader = new ByteReader();
    }
    reader.takeFrom(in);
    return read(reader);
  }

  @Override
  public final T deserialize(T reuse, DataInputView in) throws IOException {
    return deserialize(in);
  }

  @Override
  public final void copy(DataInputView in, DataOutputView out) throws IOException {
    serialize(deserialize(in), out);
  }

  @Override
  public final T copy(T from, T reuse) {
    return copy(from);
  }

  @Override
  public T createInstance() {
    return null;
  }

  @Override
  public final int getLength() {
    return -1; // Not the same for all.
  }

  @Override
  public final boolean equals(Object other) {
    return other != null && other.getClass() == getClass();
  }

  @Override
  public final int hashCode() {
    return getClass().hashCode();
  }
}
