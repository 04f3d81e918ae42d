package io.sluice.jobs.records;

import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/**
 * The form of windows in state: one that changes makes the jobs start anew (README, Savepoints).
 */
public final class WindowStateSerializer extends BytesSerializer<WindowState> {
  private static final long serialVersionUID = 1;

  @Override
  void write(WindowState state, ByteWriter out) {
    StatisticsForm.write(state.groups, state.sums, out);
    StatisticsForm.write(state.host, out);
    out.number(state.counts.templates);
    out.number(state.counts.groups);
    out.flag(state.counts.overflowed);
    out.flag(state.counts.fired);
  }

  @Override
  WindowState read(ByteReader in) {
    WindowState state = new WindowState();
    state.groups = new Group[in.integer()];
    state.sums = new Sums[state.groups.length];
    StatisticsForm.readGroups(in, state.groups, state.sums);
    state.host = StatisticsForm.readHost(in);
    state.counts = new Counts();
    state.counts.templates = in.integer();
    state.counts.groups = in.integer();
    state.counts.overflowed = in.flag();
    state.counts.fired = in.flag();
    return state;
  }

  /** Nobody changes what was given to state, or what it gave. */
  @Override
  public WindowState copy(WindowState from) {
    return from;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public TypeSerializer<WindowState> duplicate() {
    return new WindowStateSerializer();
  }

  @Override
  public TypeSerializerSnapshot<WindowState> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Public for Flink. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<WindowState> {
    public Snapshot() {
      super(WindowStateSerializer::new);
    }
  }

  /** Named by {@link WindowState}. */
  public static final class Factory extends TypeInfoFactory<WindowState> {
    @Override
    public TypeInformation<WindowState> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> parameters) {
      return new BytesType<>(WindowState.class, new WindowStateSerializer());
    }
  }
}
