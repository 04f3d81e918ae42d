package io.sluice.collector.pipeline;

import io.sluice.collector.encoding.RedactionOptions;
import io.sluice.collector.protocol.http.HeaderNames;
import io.sluice.collector.protocol.http.HttpContent;
import io.sluice.collector.protocol.http.HttpOptions;
import io.sluice.collector.protocol.http.TrustedProxies;
import io.sluice.collector.reassembly.ReassemblyOptions;

/** The bounds of one worker's pipeline, and what its events hold at first. */
public record PipelineOptions(ReassemblyOptions reassembly, HttpOptions http, EventOptions events) {
  public static PipelineOptions defaults() {
    return new PipelineOptions(
        ReassemblyOptions.defaults(), HttpOptions.defaults(), EventOptions.defaults());
  }

  /** For one of several workers that share the bounds of memory. */
  PipelineOptions shareOf(int workers) {
    return new PipelineOptions(reassembly.shareOf(workers), http.shareOf(workers), events);
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
            http.maxHttp2Connections()),
        events);
  }

  /** The same with other events. */
  public PipelineOptions withEvents(EventOptions options) {
    return new PipelineOptions(reassembly, http, options);
  }

  /** The same with these headers in the events. */
  public PipelineOptions withHeaders(HeaderNames ofRequests, HeaderNames ofResponses) {
    return withHttp(new HttpContent(ofRequests, ofResponses, events.http().trustedProxies()));
  }

  /** The same with the clients that these proxies name. */
  public PipelineOptions withTrustedProxies(TrustedProxies proxies) {
    HttpContent before = events.http();
    return withHttp(new HttpContent(before.requestHeaders(), before.responseHeaders(), proxies));
  }

  private PipelineOptions withHttp(HttpContent content) {
    return withEvents(new EventOptions(content, events.redaction()));
  }

  /** The same with other rules for what is taken out of events. */
  public PipelineOptions withRedaction(RedactionOptions rules) {
    return withEvents(new EventOptions(events.http(), rules));
  }
}
