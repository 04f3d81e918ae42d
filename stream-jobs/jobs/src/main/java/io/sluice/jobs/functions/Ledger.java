package io.sluice.jobs.functions;

import io.sluice.jobs.records.LedgerCount;
import io.sluice.jobs.records.LedgerRow;
import io.sluice.jobs.records.Result;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Adds up all tallies since the job first started; one subtask. A row is emitted at each
 * checkpoint's barrier, where everything that was consumed before it has left by one of the exits:
 * every row closes to zero.
 */
public final class Ledger extends AbstractStreamOperator<Result>
    implements OneInputStreamOperator<long[], Result> {
  private static final long serialVersionUID = 1;

  private static final long MINUTE_MS = 60_000;

  private transient ListState<long[]> state;
  private transient long[] counts;

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>(
                    "counts", PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO));
    counts = LedgerCount.none();
    for (long[] restored : state.get()) {
      add(restored);
    }
  }

  @Override
  public void processElement(StreamRecord<long[]> element) {
    add(element.getValue());
  }

  /** What an earlier version has counted may be shorter. */
  private void add(long[] more) {
    for (int i = 0; i < more.length; i++) {
      counts[i] += more[i];
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    long now = getProcessingTimeService().getCurrentProcessingTime();
    output.collect(
        new StreamRecord<>(
            Result.of(new LedgerRow(Math.floorDiv(now, MINUTE_MS) * MINUTE_MS, counts.clone()))));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.update(List.of(counts.clone()));
  }
}
