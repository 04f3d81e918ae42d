package io.sluice.collector.sink;

import io.sluice.collector.event.RequestEvent;
import java.util.List;

/** Events as values. */
final class Events {
  static final int FLOWS = 31;

  private Events() {}

  static RequestEvent withTarget(String target) {
    return new RequestEvent(
        "id-" + target,
        1_795_222_923_123_456_789L,
        new RequestEvent.Flow("10.0.0.1", 40_000, "2001:db8::1", 80, -1, "1:abc=", null),
        new RequestEvent.Request(
            "GET",
            target,
            "http",
            "example.com",
            "http://example.com" + target,
            "1.1",
            "curl/8",
            null,
            null,
            78,
            0,
            List.of()),
        new RequestEvent.Response(200, "OK", "text/html", 120, 4_000, 1_500, 2_500, List.of(), -1),
        1,
        List.of("truncated"));
  }

  /** Of now, and of one of several flows; its number is its depth, and in its id. */
  static RequestEvent numbered(int number) {
    RequestEvent event = withTarget("/" + number);
    RequestEvent.Flow flow = event.flow();
    return new RequestEvent(
        event.id(),
        System.currentTimeMillis() * 1_000_000L,
        new RequestEvent.Flow(
            flow.clientIp(),
            flow.clientPort(),
            flow.serverIp(),
            flow.serverPort(),
            flow.vlan(),
            "1:flow" + number % FLOWS,
            null),
        event.request(),
        event.response(),
        number,
        event.flags());
  }

  static RequestEvent unanswered() {
    RequestEvent event = withTarget("/");
    return new RequestEvent(
        event.id(),
        0,
        new RequestEvent.Flow("::1", 1, "::2", 2, 42, "1:x", null),
        event.request(),
        null,
        3,
        List.of());
  }
}
