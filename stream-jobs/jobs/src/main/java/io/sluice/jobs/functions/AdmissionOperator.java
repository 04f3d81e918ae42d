package io.sluice.jobs.functions;

import io.sluice.jobs.records.LiveRequest;
import io.sluice.jobs.records.Request;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;

/** Tells the function of every watermark: a process function alone sees it only beside events. */
public final class AdmissionOperator extends KeyedProcessOperator<String, LiveRequest, Request> {
  private static final long serialVersionUID = 1;

  public AdmissionOperator(Admission admission) {
    super(admission);
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    ((Admission) getUserFunction()).onWatermark(mark.getTimestamp());
    super.processWatermark(mark);
  }
}
