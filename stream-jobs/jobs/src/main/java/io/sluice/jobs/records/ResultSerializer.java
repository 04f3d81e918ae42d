package io.sluice.jobs.records;

import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Results cross exchanges in this form. Never in state, so it may change with any version. */
public final class ResultSerializer extends BytesSerializer<Result> {
  private static final long serialVersionUID = 1;

  private static final int GROUP = 0;
  private static final int HOST = 1;
  private static final int COMPLETED = 2;
  private static final int CLEARED = 3;
  private static final int LEDGER = 4;

  @Override
  void write(Result result, ByteWriter out) {
    if (result.group() != null) {
      out.number(GROUP);
      write(result.group().place(), out);
      StatisticsForm.write(result.group().group(), out);
      StatisticsForm.write(result.group().sums(), out);
    } else if (result.host() != null) {
      out.number(HOST);
      write(result.host(), out);
    } else if (result.completed() != null) {
      out.number(COMPLETED);
      out.text(result.completed().key().run());
      out.text(result.completed().key().attempt());
      out.text(result.completed().file());
      out.number(result.completed().events());
    } else if (result.cleared() != null) {
      out.number(CLEARED);
      write(result.cleared(), out);
    } else {
      out.number(LEDGER);
      out.number(result.ledger().minuteMs());
      out.number(result.ledger().counts().length);
      out.numbers(result.ledger().counts());
    }
  }

  private static void write(Place place, ByteWriter out) {
    out.text(place.run());
    out.text(place.attempt());
    out.number(place.windowSeconds());
    StatisticsForm.write(place.window(), out);
  }

  private static void write(HostRow row, ByteWriter out) {
    write(row.place(), out);
    StatisticsForm.write(row.sums(), out);
    out.bytes(row.latencySketch());
    out.bytes(row.durationSketch());
    out.bytes(row.clientSketch());
    StatisticsForm.write(row.frequent(), out);
  }

  private static void write(Scope scope, ByteWriter out) {
    out.text(scope.run());
    out.text(scope.attempt());
    out.flag(scope.window() != null);
    if (scope.window() != null) {
      StatisticsForm.write(scope.window(), out);
    }
    out.number(scope.windowSeconds());
  }

  @Override
  Result read(ByteReader in) {
    int kind = in.integer();
    return switch (kind) {
      case GROUP ->
          Result.of(
              new GroupRow(
                  readPlace(in), StatisticsForm.readGroup(in), StatisticsForm.readSums(in)));
      case HOST ->
          Result.of(
              new HostRow(
                  readPlace(in),
                  StatisticsForm.readSums(in),
                  in.bytes(),
                  in.bytes(),
                  in.bytes(),
                  StatisticsForm.readFrequent(in)));
      case COMPLETED ->
          Result.completed(
              new ReplayEnd(new ReplayKey(in.text(), in.text()), in.text(), in.number()));
      case CLEARED ->
          Result.cleared(
              new Scope(
                  in.text(),
                  in.text(),
                  in.flag() ? StatisticsForm.readWindow(in) : null,
                  in.integer()));
      case LEDGER -> Result.of(new LedgerRow(in.number(), in.numbers(in.integer())));
      default -> throw new IllegalStateException("a result of kind " + kind);
    };
  }

  private static Place readPlace(ByteReader in) {
    return new Place(in.knownText(), in.knownText(), in.integer(), StatisticsForm.readWindow(in));
  }

  /** Nobody changes what is in it. */
  @Override
  public Result copy(Result from) {
    return from;
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public TypeSerializer<Result> duplicate() {
    return new ResultSerializer();
  }

  @Override
  public TypeSerializerSnapshot<Result> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Public for Flink. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Result> {
    public Snapshot() {
      super(ResultSerializer::new);
    }
  }

  /** Named by {@link Result}. */
  public static final class Factory extends TypeInfoFactory<Result> {
    @Override
    public TypeInformation<Result> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> parameters) {
      return new BytesType<>(Result.class, new ResultSerializer());
    }
  }
}
