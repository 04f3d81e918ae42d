package io.sluice.collector.encoding;

import io.sluice.collector.event.RequestEvent;

/**
 * The parts of a request's URL as far as they can be told, each null where they cannot. Cut by RFC
 * 3986's delimiters only: nothing is decoded or judged.
 *
 * @param port 1..65535, or -1 where the URL names none
 * @param query without its question mark
 */
record UrlParts(String scheme, int port, String path, String query) {
  static UrlParts of(final RequestEvent.Request request) {
    final String url = request.url();
    final String target = request.target();
    final int separator = url == null ? -1 : url.indexOf("://");
    if (separator <= 0) {
      return ofPath(null, -1, isPath(target) ? target : null);
    }
    final int authority = separator + 3;
    int end = authority;
    while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    final String scheme = url.substring(0, separator);
    return ofPath(scheme, port(url, authority, end), url.substring(end));
  }

  /** Extension of the path's last segment, null where it has none. */
  String extension() {
    if (path == null) {
      return null;
    }
    final int dot = path.lastIndexOf('.');
    return dot > path.lastIndexOf('/') + 1 && dot + 1 < path.length()
        ? path.substring(dot + 1)
        : null;
  }

  private static UrlParts ofPath(final String scheme, final int port, final String rest) {
    if (rest == null) {
      return new UrlParts(scheme, port, null, null);
    }
    final int fragment = rest.indexOf('#');
    final String whole = fragment < 0 ? rest : rest.substring(0, fragment);
    final int question = whole.indexOf('?');
    final String path = question < 0 ? whole : whole.substring(0, question);
    final String query = question < 0 ? null : whole.substring(question + 1);
    return new UrlParts(scheme, port, path.isEmpty() ? null : path, query);
  }

  private static boolean isPath(final String target) {
    return target != null && target.startsWith("/");
  }

  private static int port(final String url, final int start, final int end) {
    final int colon = url.lastIndexOf(':', end - 1);
    if (colon < start || end - colon < 2 || end - colon > 6) {
      return -1;
    }
    int port = 0;
    for (int i = colon + 1; i < end; i++) {
      final int digit = url.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      port = port * 10 + digit;
    }
    return port >= 1 && port <= 65535 ? port : -1;
  }
}
