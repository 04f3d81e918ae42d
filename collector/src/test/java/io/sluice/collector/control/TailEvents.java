package io.sluice.collector.control;

import io.sluice.collector.event.RequestEvent;
import java.util.List;

/** Events as values. */
final class TailEvents {
  private TailEvents() {}

  static RequestEvent ofHost(String host) {
    return of(host, "/a/b", "GET", 404, "10.0.0.1", "10.0.0.9", "x");
  }

  /**
   * @param status 0 for no response
   * @param text wherever an event has one
   */
  static RequestEvent of(
      String host,
      String path,
      String method,
      int status,
      String client,
      String realClient,
      String text) {
    return new RequestEvent(
        text,
        1_795_222_923_123_456_789L,
        new RequestEvent.Flow(client, 40_000, "2001:db8::1", 80, -1, text, realClient),
        new RequestEvent.Request(
            method,
            path,
            "http",
            host,
            "http://" + host + path,
            text,
            text,
            text,
            text,
            78,
            0,
            List.of(new RequestEvent.Header(text, text))),
        status == 0
            ? null
            : new RequestEvent.Response(
                status,
                text,
                text,
                1,
                2,
                1_500,
                2_500,
                List.of(new RequestEvent.Header(text, text)),
                -1),
        1,
        List.of("truncated", text));
  }
}
