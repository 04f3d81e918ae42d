package io.sluice.collector.pipeline;

import io.sluice.collector.protocol.http.HeaderNames;
import io.sluice.collector.protocol.http.HttpOptions;
import io.sluice.collector.protocol.http.TrustedProxies;
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
            http.responseTimeoutNs(),
            http.maxHttp2Connections(),
            http.requestHeaders(),
            http.responseHeaders(),
            http.trustedProxies()));
  }

  /** The same with these headers in the events. */
  public PipelineOptions withHeaders(HeaderNames ofRequests, HeaderNames ofResponses) {
    return new PipelineOptions(
        reassembly,
        new HttpOptions(
            http.maxUrlBytes(),
            http.maxHeadBytes(),
            http.maxHeadBufferBytes(),
            http.maxPending(),
            http.responseTimeoutNs(),
            http.maxHttp2Connections(),
            ofRequests,
            ofResponses,
            http.trustedProxies()));
  }

  /** The same with the clients that these proxies name. */
  public PipelineOptions withTrustedProxies(TrustedProxies proxies) {
    return new PipelineOptions(
        reassembly,
        new HttpOptions(
            http.maxUrlBytes(),
            http.maxHeadBytes(),
            http.maxHeadBufferBytes(),
            http.maxPending(),
            http.responseTimeoutNs(),
            http.maxHttp2Connections(),
            http.requestHeaders(),
            http.responseHeaders(),
            proxies));
  }
}
