package io.sluice.query.api;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * Answers only who has the token: as a bearer's, or as the password of any user, which browsers ask
 * for by themselves.
 */
final class TokenGuard implements Filter {
  private final byte[] token;

  TokenGuard(String token) {
    this.token = token.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    // Whether it runs is asked by what has no secrets, and tells nothing that was seen.
    if (request.path().path().equals("/healthz")
        || isKnown(request.headers().first(HeaderNames.AUTHORIZATION).orElse(""))) {
      chain.proceed();
      return;
    }
    response.status(Status.UNAUTHORIZED_401);
    response.header("WWW-Authenticate", "Basic realm=\"Sluice\", charset=\"UTF-8\"");
    response.header("Content-Type", "text/plain; charset=utf-8");
    response.send("cannot answer: the token is missing or wrong; give query.token as password\n");
  }

  private boolean isKnown(String authorization) {
    int space = authorization.indexOf(' ');
    String scheme = space < 0 ? "" : authorization.substring(0, space);
    String given = authorization.substring(space + 1).strip();
    if (scheme.equalsIgnoreCase("Bearer")) {
      return isToken(given.getBytes(StandardCharsets.UTF_8));
    }
    if (scheme.equalsIgnoreCase("Basic")) {
      try {
        String pair = new String(Base64.getDecoder().decode(given), StandardCharsets.UTF_8);
        String password = pair.substring(pair.indexOf(':') + 1);
        return isToken(password.getBytes(StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        return false; // No Base64.
      }
    }
    return false;
  }

  private boolean isToken(byte[] given) {
    return MessageDigest.isEqual(token, given);
  }
}
