package io.sluice.jobs.records;

import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Parts cross exchanges in this form. Never in state, so it may change with any version. */
public final class PartialSerializer extends BytesSerializer<Partial> {
  private static final long serialVersionUID = 1;

  @Override
  void write(Partial partial, ByteWriter out) {
    StatisticsForm.write(partial.window(), out);
    StatisticsForm.write(partial.groups(), partial.sums(), out);
    StatisticsForm.write(partial.host(), out);
  }

  @Override
  Partial read(ByteReader in) {
    WindowKey window = StatisticsForm.readWindow(in);
    Group[] groups = new Group[in.integer()];
    Sums[] sums = new Sums[groups.length];
    StatisticsForm.readGroups(in, groups, sums);
    return new Partial(window, groups, sums, StatisticsForm.readHost(in));
  }

  /** Whoever receives it owns what is in it, and nobody else has it then. */
  @Override
  public Partial copy(Partial from) {
    return from;
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public TypeSerializer<Partial> duplicate() {
    return new PartialSerializer();
  }

  @Override
  public TypeSerializerSnapshot<Partial> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Public for Flink. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Partial> {
    public Snapshot() {
      super(PartialSerializer::new);
    }
  }

  /** Named by {@link Partial}. */
  public static final class Factory extends TypeInfoFactory<Partial> {
    @Override
    public TypeInformation<Partial> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> parameters) {
      return new BytesType<>(Partial.class, new PartialSerializer());
    }
  }
}
