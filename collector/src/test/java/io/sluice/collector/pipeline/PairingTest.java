package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Replay;
import io.sluice.collector.testing.Talk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** After a loss a response is given to its own request or to none. */
final class PairingTest {
  @Test
  void shouldNotPairAcrossLostResponseOneAndRequestTwo() {
    Talk talk = Talk.open();
    for (int i = 1; i <= 4; i++) {
      talk.client(request(i)).server(response(i));
    }
    List<Packet> packets = new ArrayList<>(talk.clientEnds().serverEnds().packets());
    packets.removeIf(p -> p.text().contains("R1 ") || p.text().contains("/2 "));
    List<RequestEvent> events = Replay.events(packets);
    assertThat(events).hasSize(3);
    assertThat(events.get(0).request().target()).isEqualTo("/1");
    assertThat(events.get(0).response()).isNull();
    assertPaired(events.get(1), 3);
    assertPaired(events.get(2), 4);
  }

  @Test
  void shouldKeepNinetyNineOfHundredExchangesWhereOneResponseHeadIsLost() {
    for (int lost = 1; lost <= 100; lost++) {
      List<Packet> packets = pipelined();
      String text = "R" + lost + " ";
      packets.removeIf(p -> !p.fromClient() && p.text().contains(text));
      List<RequestEvent> events = Replay.events(packets);
      assertThat(events).hasSize(100);
      for (RequestEvent event : events) {
        int number = Integer.parseInt(event.request().target().substring(1));
        if (number == lost) {
          assertThat(event.response()).isNull();
        } else {
          assertPaired(event, number);
        }
      }
    }
  }

  @Test
  void shouldKeepNinetyNineOfHundredExchangesWhereOneRequestHeadIsLost() {
    for (int lost = 1; lost < 100; lost++) {
      List<Packet> packets = pipelined();
      String text = "/" + lost + " ";
      packets.removeIf(p -> p.fromClient() && p.text().contains(text));
      List<RequestEvent> events = Replay.events(packets);
      assertThat(events).hasSize(99);
      for (RequestEvent event : events) {
        assertPaired(event, Integer.parseInt(event.request().target().substring(1)));
      }
    }
  }

  /** The head is in three segments, of which the middle one is lost. */
  @Test
  void shouldKeepNinetyNineOfHundredExchangesWhereAHeadHasAHole() {
    for (boolean ofRequest : new boolean[] {true, false}) {
      for (int lost : new int[] {1, 2, 50, 99, 100}) {
        Talk talk = Talk.open();
        int hole = -1;
        for (boolean fromClient : new boolean[] {true, false}) {
          for (int i = 1; i <= 100; i++) {
            String text = fromClient ? request(i) : response(i);
            if (i == lost && fromClient == ofRequest) {
              int line = text.indexOf('\n') + 1;
              send(talk, fromClient, text.substring(0, line));
              hole = talk.packets().size();
              send(talk, fromClient, text.substring(line, line + 5));
              send(talk, fromClient, text.substring(line + 5));
            } else {
              send(talk, fromClient, text);
            }
          }
        }
        List<Packet> packets = new ArrayList<>(talk.clientEnds().serverEnds().packets());
        packets.remove(hole);
        List<RequestEvent> events = Replay.events(packets);
        assertThat(events).as("%s %d", ofRequest, lost).hasSize(100);
        for (RequestEvent event : events) {
          int number = Integer.parseInt(event.request().target().substring(1));
          if (number == lost) {
            assertThat(event.flags()).contains("gap:5", "truncated");
          } else {
            assertPaired(event, number);
            assertThat(event.flags()).doesNotContain("gap:5", "truncated");
          }
          if (event.response() != null) {
            assertPaired(event, number);
          }
        }
      }
    }
  }

  private static void send(Talk talk, boolean fromClient, String text) {
    if (fromClient) {
      talk.client(text);
    } else {
      talk.server(text);
    }
  }

  @Test
  void shouldCountAGapInABodyAndStayInStep() {
    String body = "x".repeat(5000);
    String head = "HTTP/1.1 200 R1 \r\nContent-Length: 5000\r\n\r\n";
    Talk talk =
        Talk.open().client(request(1)).server(head + body).client(request(2)).server(response(2));
    List<Packet> packets = new ArrayList<>(talk.packets());
    packets.remove(5);
    List<RequestEvent> events = Replay.events(packets);
    assertThat(events).hasSize(2);
    assertPaired(events.get(0), 1);
    assertThat(events.get(0).response().bodyBytes()).isEqualTo(5000);
    assertThat(events.get(0).flags()).containsExactly("gap:1460");
    assertPaired(events.get(1), 2);
  }

  @Test
  void shouldGiveAnOrphanResponseToNoRequest() {
    Talk talk = Talk.midway().server(response(7)).client(request(8)).server(response(8));
    List<RequestEvent> events = Replay.events(talk.packets());
    assertThat(events).hasSize(1);
    assertPaired(events.getFirst(), 8);
  }

  /**
   * In whatever order the first packets come, what the sensor takes for the start may not be it.
   * Where the first of two requests in a pipeline is not read, nothing tells that there was one.
   */
  @Test
  void shouldNotPairAcrossWhatCameBeforeTheFirstReplyOfAConnectionPickedUpMidway() {
    Talk inTurn = Talk.midway();
    for (int i = 1; i <= 3; i++) {
      inTurn.client(request(i)).server(response(i));
    }
    assertPairedInEveryOrderOfFour(inTurn.packets(), true);
    Talk pipelined = Talk.midway().client(request(1)).client(request(2));
    pipelined.server(response(1)).server(response(2)).client(request(3)).server(response(3));
    assertPairedInEveryOrderOfFour(pipelined.packets(), false);
  }

  private static void assertPairedInEveryOrderOfFour(List<Packet> packets, boolean inTurn) {
    SplitAnywhereTest.permute(
        new ArrayList<>(packets.subList(0, 4)),
        0,
        order -> {
          if (!inTurn && order.indexOf(packets.get(0)) > order.indexOf(packets.get(1))) {
            return;
          }
          List<Packet> all = new ArrayList<>(order);
          all.addAll(packets.subList(4, packets.size()));
          List<RequestEvent> events = Replay.events(all);
          for (RequestEvent event : events) {
            if (event.response() != null) {
              assertPaired(event, Integer.parseInt(event.request().target().substring(1)));
            }
          }
          if (inTurn) {
            assertPaired(events.getLast(), 3);
          }
        });
  }

  /** The byte of a probe is one that was there before; a capture that begins with it can't know. */
  @Test
  void shouldReadWhatFollowsAKeepAliveProbe() {
    for (String probe : List.of("\0", "\0\0", "\0\0\6\4", "x")) {
      Talk talk = Talk.midway().client(probe).clientAcks().client(request(1)).server(response(1));
      List<RequestEvent> events = Replay.events(talk.packets());
      assertThat(events).hasSize(1);
      assertThat(events.getFirst().response().status()).isEqualTo(200);
    }
  }

  @Test
  void shouldReadARequestWhoseResponseWasCapturedFirst() {
    List<Packet> packets =
        new ArrayList<>(Talk.open().client(request(1)).server(response(1)).packets());
    packets.add(packets.remove(3));
    List<RequestEvent> events = Replay.events(packets);
    assertThat(events).hasSize(1);
    assertPaired(events.getFirst(), 1);
  }

  @Test
  void shouldEmitAnUnansweredRequestInTime() {
    Replay replay = new Replay(PipelineOptions.defaults());
    List<Packet> packets = Talk.open().client(request(1)).packets();
    replay.feed(packets);
    long time = packets.getLast().timeUs() * 1000;
    replay.pipeline().onTime(time + 59_000_000_000L);
    assertThat(replay.soFar()).isEmpty();
    replay.pipeline().onTime(time + 61_000_000_000L);
    assertThat(replay.soFar()).hasSize(1);
    assertThat(replay.soFar().getFirst().flags()).contains("response_timeout");
    assertThat(replay.finish()).hasSize(1);
  }

  @Test
  void shouldNotGiveALateResponseToTheNextRequest() {
    Talk talk = Talk.open().client(request(1)).pause(70_000_000).server(response(1));
    talk.client(request(2)).server(response(2));
    List<RequestEvent> events = Replay.events(talk.packets());
    assertThat(events).hasSize(2);
    assertThat(events.get(0).response()).isNull();
    assertPaired(events.get(1), 2);
  }

  @Test
  void shouldFindTheNextMessageAfterALostHead() {
    Talk talk = Talk.open();
    for (int i = 1; i <= 3; i++) {
      talk.client(request(i)).server(response(i));
    }
    for (int lost = 1; lost <= 3; lost++) {
      List<Packet> packets = new ArrayList<>(talk.packets());
      String text = "/" + lost + " ";
      packets.removeIf(p -> p.text().contains(text));
      List<RequestEvent> events = Replay.events(packets);
      assertThat(events).hasSize(2);
      for (RequestEvent event : events) {
        assertPaired(event, Integer.parseInt(event.request().target().substring(1)));
      }
    }
  }

  /** What was lost came before anything that looked like HTTP, so nothing seemed to be missing. */
  @Test
  void shouldNotPairAcrossALossBeforeTheFirstMessage() {
    String head = "HTTP/1.1 200 R1 \r\nContent-Length: 3000\r\n\r\n";
    for (String hello : List.of("", "\5\1\0")) {
      Talk talk = Talk.open();
      talk.client(hello).server(hello);
      int start = talk.packets().size();
      talk.client(request(1)).server(head + "x".repeat(3000));
      talk.client(request(2)).server(response(2)).client(request(3)).server(response(3));
      talk.client(request(4)).server(response(4));
      List<Packet> packets = new ArrayList<>(talk.packets());
      packets.removeIf(p -> p.text().startsWith("GET /3") || p.text().contains(" R2 "));
      packets.remove(start); // request 1
      packets.remove(start); // the head of response 1
      List<RequestEvent> events = Replay.events(packets);
      assertThat(events).hasSize(2);
      assertThat(events.get(0).request().target()).isEqualTo("/2");
      assertThat(events.get(0).response()).isNull();
      assertPaired(events.get(1), 4);
    }
  }

  @Test
  void shouldNotTakeTheEndOfAMethodForOne() {
    for (String part : List.of("T", "ET", "ST", "EAD")) {
      String rest = part + request(1).substring(3);
      Talk midway = Talk.midway().client(rest).server(response(1)).client(request(2));
      List<RequestEvent> events = Replay.events(midway.server(response(2)).packets());
      assertThat(events).hasSize(1);
      assertPaired(events.getFirst(), 2);
      Talk talk = Talk.open().client("x").client(rest).server(response(1));
      List<Packet> packets = new ArrayList<>(talk.client(request(2)).server(response(2)).packets());
      packets.remove(3);
      events = Replay.events(packets);
      assertThat(events).hasSize(1);
      assertPaired(events.getFirst(), 2);
    }
  }

  private static List<Packet> pipelined() {
    Talk talk = Talk.open();
    for (int i = 1; i <= 100; i++) {
      talk.client(request(i));
    }
    for (int i = 1; i <= 100; i++) {
      talk.server(response(i));
    }
    return new ArrayList<>(talk.clientEnds().serverEnds().packets());
  }

  private static String request(int number) {
    return "GET /" + number + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private static String response(int number) {
    return "HTTP/1.1 200 R" + number + " \r\nContent-Length: 2\r\n\r\nok";
  }

  private static void assertPaired(RequestEvent event, int number) {
    assertThat(event.request().target()).isEqualTo("/" + number);
    assertThat(event.response()).as(event.toString()).isNotNull();
    assertThat(event.response().reason()).isEqualTo("R" + number);
  }
}
