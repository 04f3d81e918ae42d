package io.sluice.jobs.kafka;

/** The path of a request target (RFC 9112, 3.2), without its query. */
final class Target {
  private Target() {}

  /**
   * Origin form: the part before the question mark. Absolute form: its path, or a slash where it
   * has none. Authority form (CONNECT) and the asterisk: as they are.
   */
  static String path(String target) {
    int end = target.indexOf('?');
    String path = end < 0 ? target : target.substring(0, end);
    if (path.startsWith("/")) {
      return path;
    }
    int scheme = path.indexOf("://");
    if (scheme <= 0) {
      return path.isEmpty() ? "/" : path;
    }
    int slash = path.indexOf('/', scheme + 3);
    return slash < 0 ? "/" : path.substring(slash);
  }
}
