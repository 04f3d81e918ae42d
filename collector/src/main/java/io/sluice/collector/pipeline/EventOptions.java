package io.sluice.collector.pipeline;

import io.sluice.collector.encoding.RedactionOptions;
import io.sluice.collector.protocol.http.HttpContent;

/**
 * What events hold, and what is taken out of them: all that may change under way, and changes
 * together.
 */
public record EventOptions(HttpContent http, RedactionOptions redaction) {
  public static EventOptions defaults() {
    return new EventOptions(HttpContent.USUAL, RedactionOptions.defaults());
  }
}
