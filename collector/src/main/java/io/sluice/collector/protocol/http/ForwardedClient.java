package io.sluice.collector.protocol.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Who the client is according to proxies that are trusted. From the connection's own end the chain
 * of {@code X-Forwarded-For} or {@code Forwarded} (RFC 7239) is walked from right to left: what a
 * trusted proxy wrote is believed, so the first address that is not a trusted proxy's is the
 * client. What stands left of it anybody may have written. Where all are trusted, the leftmost is
 * the client. Nothing is told where the chain breaks (a name, {@code unknown}, {@code _hidden}), or
 * where both headers are there and differ: a proxy that writes one of them passes on whatever a
 * client wrote into the other.
 */
final class ForwardedClient {
  /** So many places of a chain are looked at, from the right. */
  private static final int MAX_PLACES = 64;

  /** What {@link #of} tells. */
  enum Verdict {
    NONE,
    KNOWN,
    CONTRADICTORY
  }

  private final TrustedProxies trusted;
  private String client;

  ForwardedClient(TrustedProxies trusted) {
    this.trusted = trusted;
  }

  boolean isAsked() {
    return !trusted.isEmpty();
  }

  /** After {@link Verdict#KNOWN}: the address. */
  String client() {
    return client;
  }

  /**
   * @param high upper half of the address that opened the connection, low the lower; IPv4 mapped
   * @param forwardedFor values of X-Forwarded-For, in the order sent
   * @param forwarded values of Forwarded, in the order sent
   */
  Verdict of(long high, long low, List<String> forwardedFor, List<String> forwarded) {
    client = null;
    boolean any = !forwardedFor.isEmpty() || !forwarded.isEmpty();
    if (!any || !trusted.contains(high, low)) {
      return Verdict.NONE;
    }
    String one = forwardedFor.isEmpty() ? null : walk(placesOfForwardedFor(forwardedFor));
    String other = forwarded.isEmpty() ? null : walk(placesOfForwarded(forwarded));
    if (!forwardedFor.isEmpty() && !forwarded.isEmpty() && !Objects.equals(one, other)) {
      return Verdict.CONTRADICTORY;
    }
    client = forwardedFor.isEmpty() ? other : one;
    return client == null ? Verdict.NONE : Verdict.KNOWN;
  }

  private String walk(List<String> places) {
    String last = null;
    int floor = Math.max(0, places.size() - MAX_PLACES);
    for (int i = places.size() - 1; i >= floor; i--) {
      IpLiteral address = IpLiteral.parse(withoutPort(places.get(i)));
      if (address == null) {
        return null;
      }
      last = address.text();
      if (!trusted.contains(address.high(), address.low())) {
        return last;
      }
    }
    return floor == 0 ? last : null;
  }

  /** "1.2.3.4:5", "[::1]:5" and "[::1]" to the address alone. */
  private static String withoutPort(String place) {
    if (place.startsWith("[")) {
      int bracket = place.indexOf(']');
      return bracket < 0 ? "" : place.substring(1, bracket);
    }
    int colon = place.indexOf(':');
    boolean ipv4 = colon >= 0 && place.indexOf(':', colon + 1) < 0;
    return ipv4 ? place.substring(0, colon) : place;
  }

  private static List<String> placesOfForwardedFor(List<String> values) {
    List<String> places = new ArrayList<>();
    for (String value : values) {
      for (String place : value.split(",", -1)) {
        places.add(unquoted(place.strip()));
      }
    }
    return places;
  }

  private static String unquoted(String text) {
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  /** Each line for itself: a quote that a client left open must not swallow a proxy's line. */
  private static List<String> placesOfForwarded(List<String> values) {
    List<String> places = new ArrayList<>();
    for (String value : values) {
      int start = 0;
      boolean quoted = false;
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c == '"') {
          quoted = !quoted;
        } else if (c == ',' && !quoted) {
          places.add(forOf(value.substring(start, i)));
          start = i + 1;
        }
      }
      places.add(quoted ? "" : forOf(value.substring(start)));
    }
    return places;
  }

  /** The parameter "for" of a Forwarded element, or nothing. */
  private static String forOf(String element) {
    for (String pair : element.split(";", -1)) {
      String text = pair.strip();
      if (text.regionMatches(true, 0, "for=", 0, 4)) {
        return unquoted(text.substring(4).strip());
      }
    }
    return "";
  }
}
