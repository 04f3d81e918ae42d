package io.sluice.query.api;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;
import java.util.Locale;

/**
 * Answers only requests by the service's own names and from its own page. A web page from elsewhere
 * can make a browser send requests to loopback, and by a name that it controls (DNS rebinding) even
 * read the answers: the Host header tells the name, Origin the page.
 */
final class HostGuard implements Filter {
  private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");

  private static final List<String[]> HEADERS =
      List.of(
          new String[] {
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
          },
          new String[] {"X-Content-Type-Options", "nosniff"},
          new String[] {"X-Frame-Options", "DENY"},
          new String[] {"Referrer-Policy", "no-referrer"},
          new String[] {"Cross-Origin-Resource-Policy", "same-origin"},
          new String[] {"Cross-Origin-Opener-Policy", "same-origin"},
          new String[] {"Cache-Control", "no-store"});

  private final Access access;

  HostGuard(Access access) {
    this.access = access;
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    boolean last = request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
    if (last) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    guard(chain, request, response);
    if (last && response.isSent()) {
      // The server itself would wait for another request until its time-out, and the client for the
      // end of this one.
      throw new CloseConnectionException("as the client asked");
    }
  }

  private void guard(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    for (String[] header : HEADERS) {
      response.header(header[0], header[1]);
    }
    String host = request.headers().first(HeaderNames.HOST).orElse("");
    String origin = request.headers().first(HeaderNames.ORIGIN).orElse(null);
    String site = request.headers().first(FETCH_SITE).orElse("none");
    boolean ours =
        access.names().contains(withoutPort(host))
            && (origin == null || origin.equals(access.scheme() + "://" + host))
            && (site.equals("none") || site.equals("same-origin"));
    if (ours) {
      chain.proceed();
      return;
    }
    response.status(Status.FORBIDDEN_403);
    response.header("Content-Type", "text/plain; charset=utf-8");
    response.send(
        "cannot answer: the request comes from another site or by another name; use query.url, or set query.names\n");
  }

  static String withoutPort(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    int colon = lower.lastIndexOf(':');
    return colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
  }
}
