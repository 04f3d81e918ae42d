package io.sluice.bench.traffic;

/** Makes requests of 300..900 bytes of head. Shared by all sessions; one thread. */
final class Requests {
  private static final int SHORTEST_HEAD = 300;
  private static final int LONGEST_HEAD = 900;
  private static final double LARGE_UPLOAD_SHARE = 0.0002;
  private static final double ABSOLUTE_TARGET_SHARE = 0.01;

  private static final String[] UNREGISTERED = {"NOTIFY", "SUBSCRIBE", "RPC_IN_DATA", "PURGE"};
  private static final String[] AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36",
    "curl/8.14.1",
    "okhttp/5.1.0",
    "python-requests/2.32"
  };
  private static final String[] FOLDERS = {
    "/", "/static/js/", "/api/v2/items/", "/images/thumbs/", "/blog/2026/11/", "/cart/", "/search"
  };
  private static final String[] SUFFIXES = {"", ".html", ".js", ".css", ".png", ".json"};

  private final Dice dice;
  private final Mix mix;
  private final MessageBodies bodies;
  private final HeadBuilder head = new HeadBuilder();

  Requests(Dice dice, Mix mix, MessageBodies bodies) {
    this.dice = dice;
    this.mix = mix;
    this.bodies = bodies;
  }

  /** What was sent; the response's part is added later. */
  record Sent(String method, String target, int headerBytes, int bodyBytes) {}

  Sent add(Outgoing outgoing, String host, int port, boolean keepAlive, boolean alone) {
    String method = method();
    boolean withBody = method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
    Framing framing = withBody ? bodies.framing() : Framing.NONE;
    int body = withBody ? bodies.length(LARGE_UPLOAD_SHARE) : 0;
    String authority = port == 80 ? host : host + ':' + port;
    String target = target();
    if (dice.chance(ABSOLUTE_TARGET_SHARE)) {
      target = "http://" + authority + target;
    }

    head.clear().add(method).add(" ").add(target).add(" HTTP/1.1\r\n");
    head.header("Host", authority);
    head.header("User-Agent", dice.pick(AGENTS));
    head.header("Accept", "*/*");
    if (dice.chance(0.4)) {
      head.header("Referer", "http://" + authority + "/");
    }
    if (framing == Framing.CHUNKED) {
      head.header("Content-Type", "application/octet-stream");
      head.header("Transfer-Encoding", "chunked");
    } else if (framing == Framing.CONTENT_LENGTH) {
      head.header("Content-Type", "application/json");
      head.add("Content-Length: ").add(body).add("\r\n");
    }
    if (!keepAlive) {
      head.header("Connection", "close");
    }
    String cookie = "Cookie: s=";
    int padding = dice.between(SHORTEST_HEAD, LONGEST_HEAD) - head.length() - cookie.length() - 4;
    if (padding > 0) {
      head.add(cookie).padding(dice, padding).add("\r\n");
    }
    head.add("\r\n");

    addHead(outgoing, alone);
    bodies.add(outgoing, framing, body);
    return new Sent(method, target, head.length(), body);
  }

  /** A pipelined request shares segments with its neighbours; one that is alone may be split. */
  private void addHead(Outgoing outgoing, boolean alone) {
    int length = head.length();
    int from = 0;
    if (alone) {
      outgoing.cut();
      if (dice.chance(mix.split())) {
        for (int cuts = dice.between(1, 3); cuts > 0 && from < length - 1; cuts--) {
          int to = dice.between(from + 1, length - 1);
          outgoing.copy(head.bytes(), from, to - from);
          outgoing.cut();
          from = to;
        }
      }
    }
    outgoing.copy(head.bytes(), from, length - from);
  }

  private String method() {
    if (dice.chance(mix.unregistered())) {
      return dice.pick(UNREGISTERED);
    }
    int roll = dice.below(100);
    if (roll < 80) {
      return "GET";
    } else if (roll < 91) {
      return "POST";
    } else if (roll < 94) {
      return "HEAD";
    } else if (roll < 96) {
      return "PUT";
    } else if (roll < 97) {
      return "PATCH";
    }
    return roll < 98 ? "DELETE" : "OPTIONS";
  }

  private String target() {
    StringBuilder target = new StringBuilder(dice.pick(FOLDERS));
    target.append(dice.below(10_000)).append(dice.pick(SUFFIXES));
    if (dice.chance(0.3)) {
      target.append("?q=").append(Long.toHexString(dice.next()));
      target.append("&page=").append(dice.below(50)).append("&ref=%2Fhome");
    }
    return target.toString();
  }
}
