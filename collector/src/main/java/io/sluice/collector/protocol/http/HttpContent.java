package io.sluice.collector.protocol.http;

/**
 * What an event holds of its messages beyond the usual. May change between two of them, see {@link
 * HttpWorker#change}.
 *
 * @param requestHeaders which headers of requests
 * @param responseHeaders the same of responses
 * @param trustedProxies whose word about their client is believed
 */
public record HttpContent(
    HeaderNames requestHeaders, HeaderNames responseHeaders, TrustedProxies trustedProxies) {
  public static final HttpContent USUAL =
      new HttpContent(HeaderNames.NONE, HeaderNames.NONE, TrustedProxies.NONE);
}
