package io.sluice.collector.encoding;

import io.sluice.collector.event.EventHandler;
import io.sluice.collector.event.RequestEvent;
import java.util.Objects;

/**
 * Takes secrets out of an event, before any sink. Where there is nothing to take out it returns the
 * same event and allocates nothing. One thread.
 *
 * <p>With an address key, the flow's and the event's identifiers are replaced along with the
 * client's address: a Community ID is an unkeyed hash of addresses and ports, from which four bytes
 * are found again by trying. With truncation alone the Community ID is that of the truncated
 * addresses, and the event's identifier stays.
 */
public final class Redaction {
  private final UrlRedactor urls;
  private final ClientAddresses addresses;

  public Redaction(final RedactionOptions options) {
    urls = new UrlRedactor(options);
    addresses =
        options.addressKey() == null && !options.truncateAddresses()
            ? null
            : new ClientAddresses(options.addressKey(), options.truncateAddresses());
  }

  /** A handler that passes each event on without its secrets. */
  public EventHandler before(final EventHandler next) {
    Objects.requireNonNull(next, "next");
    return event -> next.onEvent(apply(event));
  }

  public RequestEvent apply(final RequestEvent event) {
    final RequestEvent.Request request = request(event.request());
    if (addresses == null) {
      return request == event.request() ? event : with(event, event.id(), event.flow(), request);
    }
    return with(event, addresses.eventId(event.id()), addresses.flow(event.flow()), request);
  }

  private RequestEvent.Request request(final RequestEvent.Request request) {
    final String target = urls.target(request.target());
    final String host = urls.authority(request.host());
    final String url = urls.url(request.url());
    final String referrer = urls.url(request.referrer());
    // Identity is meant: the redactor returns what it was given where it changes nothing.
    if (same(target, request.target())
        && same(host, request.host())
        && same(url, request.url())
        && same(referrer, request.referrer())) {
      return request;
    }
    return new RequestEvent.Request(
        request.method(),
        target,
        host,
        url,
        request.version(),
        request.userAgent(),
        referrer,
        request.contentType(),
        request.headerBytes(),
        request.bodyBytes());
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean same(final String redacted, final String original) {
    return redacted == original;
  }

  private static RequestEvent with(
      final RequestEvent event,
      final String id,
      final RequestEvent.Flow flow,
      final RequestEvent.Request request) {
    return new RequestEvent(
        id, event.timestampNs(), flow, request, event.response(), event.depth(), event.flags());
  }
}
