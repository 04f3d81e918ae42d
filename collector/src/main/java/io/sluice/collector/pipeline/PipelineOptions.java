package io.sluice.collector.pipeline;

import io.sluice.collector.encoding.RedactionOptions;
import io.sluice.collector.protocol.http.HeaderNames;
import io.sluice.collector.protocol.http.HttpOptions;
import io.sluice.collector.protocol.http.TrustedProxies;
import io.sluice.collector.reassembly.ReassemblyOptions;

/** The bounds of one worker's pipeline, and what its events may hold. */
public record PipelineOptions(
    ReassemblyOptions reassembly, HttpOptions http, RedactionOptions redaction) {
  public static PipelineOptions defaults() {
    return new PipelineOptions(
        ReassemblyOptions.defaults(), HttpOptions.defaults(), RedactionOptions.defaults());
  }

  /** For one of several workers that share the bounds of memory. */
  PipelineOptions shareOf(int workers) {
    return new PipelineOptions(reassembly.shareOf(workers), http.shareOf(workers), redaction);
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
            http.trustedProxies()),
        redaction);
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
            http.trustedProxies()),
        redaction);
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
            proxies),
        redaction);
  }

  /** The same with other rules for what is taken out of events. */
  public PipelineOptions withRedaction(RedactionOptions rules) {
    return new PipelineOptions(reassembly, http, rules);
  }
}
