package io.sluice.bench.traffic;

/** Makes responses. Shared by all sessions; one thread. */
final class Responses {
  private static final double EARLY_HINTS_SHARE = 0.005;
  private static final double HEAD_ALONE_SHARE = 0.3;

  private final Dice dice;
  private final Mix mix;
  private final MessageBodies bodies;
  private final HeadBuilder head = new HeadBuilder();

  Responses(Dice dice, Mix mix, MessageBodies bodies) {
    this.dice = dice;
    this.mix = mix;
    this.bodies = bodies;
  }

  record Sent(int status, int headerBytes, int bodyBytes) {}

  /**
   * @param last the connection is closed after it, and its body may end with the connection
   */
  Sent add(Outgoing outgoing, String method, boolean last) {
    int status = status();
    boolean withBody = !method.equals("HEAD") && status != 204 && status != 304;
    int length = status == 204 || status == 304 ? 0 : bodies.length(mix.large());
    Framing framing = length == 0 ? Framing.NONE : bodies.framing();
    if (last && framing == Framing.CHUNKED && dice.chance(0.5)) {
      framing = Framing.UNTIL_CLOSE;
    }

    if (dice.chance(EARLY_HINTS_SHARE)) {
      head.clear().add("HTTP/1.1 103 Early Hints\r\n");
      head.header("Link", "</static/js/1.js>; rel=preload").add("\r\n");
      outgoing.copy(head.bytes(), 0, head.length());
    }
    head.clear().add("HTTP/1.1 ").add(status).add(" ").add(reason(status)).add("\r\n");
    head.header("Server", "nginx/1.28.0");
    head.header("Date", "Sat, 21 Nov 2026 01:02:03 GMT");
    head.header("Content-Type", "text/html; charset=utf-8");
    head.header("Cache-Control", "private, max-age=0");
    head.add("ETag: \"").add(Long.toHexString(dice.next())).add("\"\r\n");
    if (framing == Framing.CHUNKED) {
      head.header("Transfer-Encoding", "chunked");
    } else if (framing == Framing.CONTENT_LENGTH) {
      head.add("Content-Length: ").add(length).add("\r\n");
    }
    if (last) {
      head.header("Connection", "close");
    }
    head.add("\r\n");
    outgoing.copy(head.bytes(), 0, head.length());
    if (!withBody) {
      return new Sent(status, head.length(), 0);
    }
    if (dice.chance(HEAD_ALONE_SHARE)) {
      outgoing.cut();
    }
    bodies.add(outgoing, framing, length);
    return new Sent(status, head.length(), length);
  }

  private int status() {
    int roll = dice.below(100);
    if (roll < 82) {
      return 200;
    } else if (roll < 86) {
      return 304;
    } else if (roll < 88) {
      return 204;
    } else if (roll < 91) {
      return 302;
    } else if (roll < 97) {
      return 404;
    }
    return roll < 98 ? 403 : 500;
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 204 -> "No Content";
      case 302 -> "Found";
      case 304 -> "Not Modified";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      default -> "Internal Server Error";
    };
  }
}
