package io.sluice.collector.pipeline;

import io.sluice.collector.protocol.http.HttpOptions;
import io.sluice.collector.reassembly.ReassemblyOptions;

/** The bounds of one worker's pipeline. */
public record PipelineOptions(ReassemblyOptions reassembly, HttpOptions http) {
  public static PipelineOptions defaults() {
    return new PipelineOptions(ReassemblyOptions.defaults(), HttpOptions.defaults());
  }

  /** The same with another limit of the target, bytes. */
  public PipelineOptions withMaxUrlBytes(int maxUrlBytes) {
    return new PipelineOptions(
        reassembly,
        new HttpOptions(
            maxUrlBytes,
            Math.max(http.maxHeadBytes(), maxUrlBytes + 8192),
            http.maxHeadBufferBytes(),
            http.maxPending(),
            http.responseTimeoutNs()));
  }
}
