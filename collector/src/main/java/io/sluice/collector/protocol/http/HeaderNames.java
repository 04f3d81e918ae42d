package io.sluice.collector.protocol.http;

import io.sluice.collector.event.RequestEvent;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which headers an event shall hold. Names are compared without case (RFC 9110, 5.1). {@code *}
 * stands for all but those that carry credentials, which are taken only where they are named.
 */
public final class HeaderNames {
  public static final HeaderNames NONE = new HeaderNames(new HashSet<>());

  private static final String ALL = "*";
  private static final Set<String> CREDENTIALS =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie");

  private final Set<String> lowerCase;
  private final boolean all;

  private HeaderNames(Set<String> lowerCase) {
    this.all = lowerCase.remove(ALL);
    this.lowerCase = lowerCase;
  }

  /**
   * @throws IllegalArgumentException where a name can't be a header's
   */
  public static HeaderNames of(Collection<String> names) {
    Set<String> lowerCase = new HashSet<>();
    for (String name : names) {
      if (name.isEmpty() || !name.chars().allMatch(Bytes::isToken)) {
        throw new IllegalArgumentException("'" + name + "' is no header's name");
      }
      lowerCase.add(name.toLowerCase(Locale.ROOT));
    }
    return lowerCase.isEmpty() ? NONE : new HeaderNames(lowerCase);
  }

  boolean isEmpty() {
    return !all && lowerCase.isEmpty();
  }

  /** Whether a header of the name, in any case, is asked for. */
  boolean contains(String name) {
    String key = name.toLowerCase(Locale.ROOT);
    return lowerCase.contains(key) || all && !CREDENTIALS.contains(key);
  }

  /** Those of the headers that are asked for. */
  List<RequestEvent.Header> among(List<RequestEvent.Header> headers) {
    return headers.isEmpty()
        ? headers
        : headers.stream().filter(header -> contains(header.name())).toList();
  }
}
