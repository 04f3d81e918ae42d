package io.sluice.bench.stream;

import io.sluice.collector.event.RequestEvent;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Events by a seed: the same shape and start, the same events. One thread. */
public final class EventMaker {
  static final int MAX_LATENCY_US = 1_000_000;
  private static final int AGENTS = 60;
  private static final int REFERRERS = 40;
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private final Shape shape;
  private final long startNs;
  private final SplittableRandom random;
  private int made;

  /** What the last event was made of. */
  int host;

  int template;
  int client;
  int status;
  long latencyUs;

  public EventMaker(Shape shape, long startMs) {
    this.shape = shape;
    this.startNs = startMs * 1_000_000;
    random = new SplittableRandom(shape.seed());
  }

  /** The next of as many as the shape says; null behind the last. */
  public RequestEvent next() {
    if (made == shape.events()) {
      return null;
    }
    final int number = made++;
    host = skewed(shape.hosts());
    template = skewed(shape.templates());
    client =
        shape.distinct()
            ? number % shape.clients()
            : (host * 7 + random.nextInt(shape.clients() / 5)) % shape.clients();
    status = status(random.nextInt(1000));
    latencyUs = (long) Math.exp(random.nextDouble() * Math.log(MAX_LATENCY_US));
    long timeNs =
        startNs
            + NS_PER_SECOND
            + (long) ((double) number / shape.events() * shape.spanSeconds() * NS_PER_SECOND)
            - random.nextLong(NS_PER_SECOND);
    String name = hostName(host);
    String path =
        shape.distinct()
            ? "/" + letters(number)
            : templatePath(template, Integer.toString(random.nextInt(1, 100_000)));
    String target = random.nextInt(5) == 0 ? path + "?page=" + random.nextInt(50) : path;
    int agent = random.nextInt(AGENTS);
    int referrer = random.nextInt(REFERRERS);
    int port = 1024 + random.nextInt(60_000);
    return new RequestEvent(
        String.format(Locale.ROOT, "%016x%016x", shape.seed(), number),
        timeNs,
        new RequestEvent.Flow(
            clientAddress(client),
            port,
            "192.0.2." + (1 + host % 200),
            80,
            -1,
            "1:" + Integer.toString(client * 31 + port, 36) + "=",
            null),
        new RequestEvent.Request(
            method(),
            target,
            "http",
            name,
            "http://" + name + target,
            "1.1",
            "Mozilla/5.0 (X11; Linux x86_64; rv:" + agent + ".0) Gecko/20100101 Firefox/" + agent,
            referrer < 10 ? null : "http://" + name + "/from/" + letters(referrer),
            null,
            300 + random.nextInt(600),
            random.nextInt(7) == 0 ? random.nextInt(4096) : 0,
            List.of()),
        status == 0
            ? null
            : new RequestEvent.Response(
                status,
                null,
                "text/html",
                200 + random.nextInt(200),
                random.nextInt(200, 16_384),
                latencyUs,
                latencyUs + random.nextInt(2000),
                List.of(),
                -1),
        1 + random.nextInt(8),
        List.of());
  }

  /** 0 to bound - 1; the first takes most: of 100 more than a fifth, the second 6 %. */
  private int skewed(int bound) {
    double fraction = random.nextDouble();
    return (int) (fraction * fraction * fraction * bound);
  }

  private String method() {
    if (template % 5 == 4) {
      return "POST";
    }
    return random.nextInt(50) == 0 ? "HEAD" : "GET";
  }

  private static int status(int permille) {
    if (permille < 880) {
      return 200;
    }
    if (permille < 920) {
      return 304;
    }
    if (permille < 950) {
      return 301;
    }
    if (permille < 980) {
      return 404;
    }
    if (permille < 990) {
      return 401;
    }
    return permille < 997 ? 500 : 0;
  }

  static String hostName(int host) {
    return "host" + host + ".example";
  }

  static String templatePath(int template, String id) {
    return "/" + letters(template) + "/" + id + "/detail";
  }

  static String clientAddress(int client) {
    return "10." + (client >> 16 & 255) + "." + (client >> 8 & 255) + "." + (client & 255);
  }

  /** A word for a number, without figures. */
  static String letters(int number) {
    StringBuilder word = new StringBuilder("p");
    for (int rest = number; rest > 0; rest /= 26) {
      word.append((char) ('a' + rest % 26));
    }
    return word.toString();
  }
}
