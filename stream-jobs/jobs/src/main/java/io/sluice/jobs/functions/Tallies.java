package io.sluice.jobs.functions;

import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.records.LiveRequest;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.records.Result;
import io.sluice.jobs.records.WindowKey;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Operators that send what their function has counted ahead of each checkpoint's barrier. Who adds
 * them up behind the barrier has the numbers of the same records from everywhere, so they close to
 * zero, and after a restart no record is counted twice.
 */
public final class Tallies {
  public static final OutputTag<long[]> TAG =
      new OutputTag<>("tallies", PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO);

  private Tallies() {}

  private static void send(Object function, Output<?> output) {
    output.collect(TAG, new StreamRecord<>(((Tallying) function).takeTally()));
  }

  /** Runs {@link Router}. */
  public static final class OfRouter extends ProcessOperator<Incoming, LiveRequest> {
    private static final long serialVersionUID = 1;

    public OfRouter(Router router) {
      super(router);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
      super.prepareSnapshotPreBarrier(checkpointId);
      send(getUserFunction(), output);
    }
  }

  /**
   * Runs {@link Admission}, tells it of every watermark (a process function alone sees it only
   * beside events), and lets it set the key by itself: it needs that for one event of thousands,
   * and each time a key is written for the store on disk.
   */
  public static final class OfAdmission extends KeyedProcessOperator<Long, LiveRequest, Request> {
    private static final long serialVersionUID = 1;

    public OfAdmission(Admission admission) {
      super(admission);
    }

    @Override
    public void open() throws Exception {
      super.open();
      admission().start(this::setCurrentKey);
      this.<Long>getKeyedStateBackend()
          .applyToAllKeys(
              VoidNamespace.INSTANCE,
              VoidNamespaceSerializer.INSTANCE,
              Admission.IDS,
              (place, ids) -> admission().restore(place, ids.get()));
    }

    private Admission admission() {
      return (Admission) getUserFunction();
    }

    @Override
    @SuppressWarnings("rawtypes") // As what it overrides.
    public void setKeyContextElement1(StreamRecord record) {
      // Admission does.
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
      admission().onWatermark(mark.getTimestamp());
      super.processWatermark(mark);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
      super.prepareSnapshotPreBarrier(checkpointId);
      admission().keepFresh();
      send(getUserFunction(), output);
    }
  }

  /** Runs {@link WindowStatistics}, and gives it the keys of the windows that it holds. */
  public static final class OfWindows extends KeyedProcessOperator<WindowKey, Partial, Result> {
    private static final long serialVersionUID = 1;

    public OfWindows(WindowStatistics statistics) {
      super(statistics);
    }

    @Override
    public void processElement(StreamRecord<Partial> element) throws Exception {
      super.processElement(element);
      ((WindowStatistics) getUserFunction()).keepBound(this::setCurrentKey);
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
      super.prepareSnapshotPreBarrier(checkpointId);
      ((WindowStatistics) getUserFunction()).keepChanged(this::setCurrentKey);
      send(getUserFunction(), output);
    }
  }
}
