package io.sluice.collector.encoding;

import io.sluice.collector.event.EventHandler;
import io.sluice.collector.event.RequestEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

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
  private static final Set<String> URL_HEADERS =
      Set.of(
          "referer",
          "location",
          "content-location",
          "origin",
          "link",
          "refresh",
          "destination",
          "x-original-url",
          "x-original-uri",
          "x-rewrite-url",
          "x-forwarded-uri");

  private static final Set<String> AUTHORITY_HEADERS = Set.of("host", "x-forwarded-host");

  /** Wider than the list of those that have to be named: a header of {@code *} may be one too. */
  private static final Set<String> CREDENTIAL_HEADERS =
      Set.of(
          "authorization",
          "proxy-authorization",
          "cookie",
          "cookie2",
          "set-cookie",
          "set-cookie2",
          "api-key",
          "apikey",
          "ocp-apim-subscription-key",
          "private-token",
          "x-access-token",
          "x-amz-security-token",
          "x-api-key",
          "x-auth-token",
          "x-csrf-token",
          "x-functions-key",
          "x-goog-api-key",
          "x-session-token",
          "x-vault-token",
          "x-xsrf-token");

  private static final Set<String> ADDRESS_HEADERS =
      Set.of(
          "x-forwarded-for",
          "forwarded",
          "x-real-ip",
          "x-client-ip",
          "client-ip",
          "true-client-ip",
          "cf-connecting-ip",
          "x-cluster-client-ip");

  private final UrlRedactor urls;
  private final boolean credentialHeaders;
  private final ClientAddresses addresses;

  public Redaction(final RedactionOptions options) {
    urls = new UrlRedactor(options);
    credentialHeaders = options.credentialHeaders();
    addresses =
        options.addressKey() == null && !options.truncateAddresses()
            ? null
            : new ClientAddresses(options.addressKey(), options.truncateAddresses());
  }

  /** A handler that passes each event on without its secrets. */
  public EventHandler before(final EventHandler next) {
    Objects.requireNonNull(next, "next");
    return new EventHandler() {
      @Override
      public void onEvent(final RequestEvent event) {
        next.onEvent(apply(event));
      }

      @Override
      public boolean needsIdentifiers() {
        return next.needsIdentifiers();
      }
    };
  }

  public RequestEvent apply(final RequestEvent event) {
    final RequestEvent.Request request =
        request(event.request(), event.flags().contains("url_limit"));
    final RequestEvent.Response response = response(event.response());
    if (addresses == null) {
      return request == event.request() && response == event.response()
          ? event
          : with(event, event.id(), event.flow(), request, response);
    }
    return with(
        event, addresses.eventId(event.id()), addresses.flow(event.flow()), request, response);
  }

  private RequestEvent.Request request(
      final RequestEvent.Request request, final boolean isCutByLimit) {
    // A first line that was lost in part has no version.
    final boolean unfinished = isCutByLimit || "".equals(request.version());
    final String target = urls.url(request.target(), unfinished);
    final String host = urls.authority(request.host());
    final String url = urls.url(request.url(), unfinished);
    final String referrer = urls.url(request.referrer());
    final List<RequestEvent.Header> headers = headers(request.headers());
    // Identity is meant: the redactor returns what it was given where it changes nothing.
    if (same(target, request.target())
        && same(host, request.host())
        && same(url, request.url())
        && same(referrer, request.referrer())
        && headers == request.headers()) {
      return request;
    }
    return new RequestEvent.Request(
        request.method(),
        target,
        request.scheme(),
        host,
        url,
        request.version(),
        request.userAgent(),
        referrer,
        request.contentType(),
        request.headerBytes(),
        request.bodyBytes(),
        headers);
  }

  private RequestEvent.Response response(final RequestEvent.Response response) {
    if (response == null) {
      return null;
    }
    final List<RequestEvent.Header> headers = headers(response.headers());
    return headers == response.headers()
        ? response
        : new RequestEvent.Response(
            response.status(),
            response.reason(),
            response.contentType(),
            response.headerBytes(),
            response.bodyBytes(),
            response.latencyUs(),
            response.durationUs(),
            headers,
            response.grpcStatus());
  }

  /** By what a header is known to hold; any other may hold a URL somewhere. */
  private List<RequestEvent.Header> headers(final List<RequestEvent.Header> headers) {
    List<RequestEvent.Header> redacted = null;
    for (int i = 0; i < headers.size(); i++) {
      final RequestEvent.Header header = headers.get(i);
      final String name = header.name().toLowerCase(Locale.ROOT);
      String value = header.value();
      if (credentialHeaders && CREDENTIAL_HEADERS.contains(name)
          || addresses != null && ADDRESS_HEADERS.contains(name)) {
        value = UrlRedactor.REDACTED;
      } else if (URL_HEADERS.contains(name)) {
        value = urls.url(value);
      } else if (AUTHORITY_HEADERS.contains(name)) {
        value = urls.authority(value);
      } else {
        value = urls.text(value);
      }
      if (!same(value, header.value())) {
        if (redacted == null) {
          redacted = new ArrayList<>(headers);
        }
        redacted.set(i, new RequestEvent.Header(header.name(), value));
      }
    }
    return redacted == null ? headers : List.copyOf(redacted);
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean same(final String redacted, final String original) {
    return redacted == original;
  }

  private static RequestEvent with(
      final RequestEvent event,
      final String id,
      final RequestEvent.Flow flow,
      final RequestEvent.Request request,
      final RequestEvent.Response response) {
    return new RequestEvent(
        id, event.timestampNs(), flow, request, response, event.depth(), event.flags());
  }
}
