package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Replay;
import io.sluice.collector.testing.Talk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The cut of a stream into segments, and their order, are nothing that an event may show. */
final class SplitAnywhereTest {
  private static final String REQUEST =
      "POST /a?b=c HTTP/1.1\r\nHost: example.com\r\nContent-Length: 5\r\n\r\nhello";
  private static final String RESPONSE =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n";

  @Test
  void shouldGiveOneEventForARequestSplitAnywhere() {
    for (int at = 1; at < REQUEST.length(); at++) {
      List<Packet> parts = split(at);
      assertOneRightEvent(parts);
      assertOneRightEvent(swapped(parts));
      assertOneRightEvent(repeated(parts));
      assertOneRightEvent(repeated(swapped(parts)));
    }
  }

  @Test
  void shouldGiveOneEventForARequestInSegmentsOfAnySize() {
    for (int size = 1; size <= REQUEST.length(); size++) {
      Talk talk = Talk.open().segmentsOf(size).client(REQUEST).server(RESPONSE);
      assertOneRightEvent(talk.clientEnds().serverEnds().packets());
    }
  }

  @Test
  void shouldGiveOneEventForAllOrdersOfFiveSegments() {
    Talk talk = Talk.open().segmentsOf((REQUEST.length() + 4) / 5).client(REQUEST);
    List<Packet> start = talk.packets().subList(0, 3);
    List<Packet> parts = new ArrayList<>(talk.packets().subList(3, 8));
    List<Packet> reply = Talk.open().client(REQUEST).server(RESPONSE).packets();
    List<Packet> end = reply.subList(reply.size() - 1, reply.size());
    permute(
        parts,
        0,
        order -> {
          List<Packet> packets = new ArrayList<>(start);
          packets.addAll(order);
          packets.addAll(end);
          assertOneRightEvent(packets);
        });
  }

  @Test
  void shouldNotNeedTheHandshake() {
    for (int at = 1; at < REQUEST.length(); at++) {
      List<Packet> packets = split(at);
      assertOneRightEvent(packets.subList(3, packets.size()));
    }
  }

  interface Order {
    void accept(List<Packet> order);
  }

  /** Calls with every order of the parts from {@code from} on. */
  static void permute(List<Packet> parts, int from, Order order) {
    if (from == parts.size()) {
      order.accept(parts);
      return;
    }
    for (int i = from; i < parts.size(); i++) {
      java.util.Collections.swap(parts, from, i);
      permute(parts, from + 1, order);
      java.util.Collections.swap(parts, from, i);
    }
  }

  private static List<Packet> split(int at) {
    return Talk.open()
        .client(REQUEST.substring(0, at))
        .client(REQUEST.substring(at))
        .server(RESPONSE)
        .clientAcks()
        .packets();
  }

  private static List<Packet> swapped(List<Packet> packets) {
    List<Packet> swapped = new ArrayList<>(packets);
    swapped.set(3, packets.get(4));
    swapped.set(4, packets.get(3));
    return swapped;
  }

  private static List<Packet> repeated(List<Packet> packets) {
    List<Packet> repeated = new ArrayList<>(packets.subList(0, 5));
    repeated.addAll(packets.subList(3, 5));
    repeated.addAll(packets.subList(5, packets.size()));
    repeated.addAll(packets.subList(3, packets.size()));
    return repeated;
  }

  private static void assertOneRightEvent(List<Packet> packets) {
    List<RequestEvent> events = Replay.events(packets);
    assertThat(events).hasSize(1);
    RequestEvent event = events.getFirst();
    assertThat(event.request().method()).isEqualTo("POST");
    assertThat(event.request().url()).isEqualTo("http://example.com/a?b=c");
    assertThat(event.request().headerBytes()).isEqualTo(REQUEST.length() - 5);
    assertThat(event.request().bodyBytes()).isEqualTo(5);
    assertThat(event.response().status()).isEqualTo(200);
    assertThat(event.response().bodyBytes()).isEqualTo(3);
    assertThat(event.flags()).isSubsetOf("midstream");
  }
}
