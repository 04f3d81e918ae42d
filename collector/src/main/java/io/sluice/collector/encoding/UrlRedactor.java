package io.sluice.collector.encoding;

/**
 * Replaces user-info and the values of sensitive parameters in request targets, URLs and
 * authorities, wherever they stand: in nested URLs, after a semicolon, in a fragment. Where a
 * delimiter is ambiguous more is replaced, never less. Returns the same object where it changes
 * nothing.
 */
final class UrlRedactor {
  static final String REDACTED = "REDACTED";
  private static final long DELIMITERS = bits(":?#&;");
  private static final long NAME_ENDS = bits("=&;#?");

  private final boolean userInfo;
  private final boolean dropQuery;
  private final ParameterNames names;
  private final Edits edits = new Edits();

  UrlRedactor(final RedactionOptions options) {
    userInfo = options.userInfo();
    dropQuery = options.dropQuery();
    names = new ParameterNames(options.exactParameters(), options.parameters());
  }

  /** A request target (origin form, absolute form, or an authority) or a URL, whole. */
  String url(final String url) {
    return url(url, false);
  }

  /**
   * @param unfinished whether its end may be missing: an authority that runs up to there may then
   *     be user-info, and is replaced
   */
  String url(final String url, final boolean unfinished) {
    if (url == null) {
      return null;
    }
    final String kept = withoutQuery(url);
    return redact(kept, !url.startsWith("/"), unfinished && kept.length() == url.length());
  }

  /** A host that should hold no user-info, but says what the peer sent. */
  String authority(final String authority) {
    return authority == null ? null : redact(authority, true, false);
  }

  /** Any other text, in which URLs may stand. */
  String text(final String text) {
    return text == null ? null : redact(text, false, false);
  }

  private String withoutQuery(final String text) {
    if (!dropQuery) {
      return text;
    }
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c == '?' || c == '#') {
        return text.substring(0, i);
      }
    }
    return text;
  }

  private String redact(
      final String text, final boolean startsWithAuthority, final boolean unfinished) {
    // Every replacement needs one of the two, and most texts have neither: this is the usual way.
    if (!unfinished && text.indexOf('@') < 0 && text.indexOf('=') < 0) {
      return text;
    }
    edits.begin(text);
    final int length = text.length();
    boolean inQuery = false;
    int i = 0;
    if (startsWithAuthority || text.startsWith("//")) {
      i = userInfo(text, text.startsWith("//") ? 2 : 0, false, unfinished);
    }
    while (i < length) {
      final char c = text.charAt(i);
      if (!isIn(DELIMITERS, c)) {
        i++;
      } else if (c == ':') {
        i = text.startsWith("//", i + 1) ? userInfo(text, i + 3, inQuery, unfinished) : i + 1;
      } else {
        inQuery |= c != ';';
        i = parameter(text, i + 1);
      }
    }
    return edits.result();
  }

  /** Returns where to go on. */
  private int userInfo(
      final String text, final int start, final boolean inQuery, final boolean unfinished) {
    if (!userInfo) {
      return start;
    }
    int at = -1;
    int i = start;
    boolean password = false;
    boolean colon = false;
    for (; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c == '@') {
        at = i;
        password = colon;
      } else if (c == ':') {
        if (text.startsWith("//", i + 1)) {
          // A scheme: what was read so far was no authority.
          return i;
        }
        colon = true;
      } else if (c == '/' || c == '?' || c == '#' || inQuery && c == '&') {
        break;
      }
    }
    if (unfinished && i == text.length() && i > start) {
      edits.replace(start, i, REDACTED);
      return i;
    }
    if (at > start) {
      edits.replace(start, at, password ? REDACTED + ':' + REDACTED : REDACTED);
      return at;
    }
    return start;
  }

  /** Returns where to go on: behind a value that was replaced, else at the name. */
  private int parameter(final String text, final int start) {
    int end = start;
    while (end < text.length() && !endsName(text.charAt(end))) {
      end++;
    }
    if (end == text.length() || text.charAt(end) != '=' || !names.match(text, start, end)) {
      return start;
    }
    int valueEnd = end + 1;
    while (valueEnd < text.length()
        && text.charAt(valueEnd) != '&'
        && text.charAt(valueEnd) != '#') {
      valueEnd++;
    }
    edits.replace(end + 1, valueEnd, REDACTED);
    return valueEnd;
  }

  private static boolean endsName(final char c) {
    return isIn(NAME_ENDS, c);
  }

  /** The characters, all of which are below 64, as bits. */
  private static long bits(final String characters) {
    long bits = 0;
    for (int i = 0; i < characters.length(); i++) {
      bits |= 1L << characters.charAt(i);
    }
    return bits;
  }

  private static boolean isIn(final long bits, final char c) {
    return c < Long.SIZE && (bits >>> c & 1) != 0;
  }

  /** Replacements in rising order. The text is copied at the first one only. */
  private static final class Edits {
    private String text;
    private StringBuilder out;
    private int copied;

    void begin(final String newText) {
      text = newText;
      out = null;
      copied = 0;
    }

    void replace(final int start, final int end, final String replacement) {
      if (out == null) {
        out = new StringBuilder(text.length() + 32);
      }
      out.append(text, copied, start).append(replacement);
      copied = end;
    }

    String result() {
      return out == null ? text : out.append(text, copied, text.length()).toString();
    }
  }
}
