package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Replay;
import io.sluice.collector.testing.Talk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Any list of exchanges, in any segments, on interleaved flows: permuted and repeated segments give
 * the events of the model; lost ones give no wrong event. The seed of a failure is in its message.
 */
final class RandomTrafficTest {
  private static final int ROUNDS = 400;

  /**
   * An exchange carries its number in the target and in the reason, so that pairs can be checked.
   */
  private record Exchange(int number, int requestBody, int responseBody, boolean chunked) {
    String request() {
      String body = "q".repeat(requestBody);
      return requestBody == 0
          ? "GET /" + number + " HTTP/1.1\r\nHost: h\r\n\r\n"
          : "POST /%d HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(number, requestBody, body);
    }

    String response() {
      String body = "r".repeat(responseBody);
      String head = "HTTP/1.1 200 N" + number + "\r\n";
      if (!chunked) {
        return head + "Content-Length: " + responseBody + "\r\n\r\n" + body;
      }
      String chunks = responseBody == 0 ? "" : Integer.toHexString(responseBody) + "\r\n" + body;
      return head
          + "Transfer-Encoding: chunked\r\n\r\n"
          + (chunks.isEmpty() ? "" : chunks + "\r\n")
          + "0\r\n\r\n";
    }
  }

  @Test
  void shouldGiveTheModelsEventsWhereNothingIsLost() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      List<List<Exchange>> flows = flows(random);
      List<Packet> packets = interleave(random, flows, true);
      List<RequestEvent> events = Replay.events(timed(packets));
      TreeMap<Integer, List<String>> byFlow = new TreeMap<>();
      for (RequestEvent e : events) {
        byFlow.computeIfAbsent(e.flow().clientPort(), port -> new ArrayList<>()).add(line(e));
      }
      for (int i = 0; i < flows.size(); i++) {
        List<String> expected = flows.get(i).stream().map(RandomTrafficTest::line).toList();
        assertThat(byFlow.getOrDefault(1000 + i, List.of()))
            .as("seed %d flow %d", seed, i)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void shouldNeverPairWronglyWhereSegmentsAreLost() {
    int paired = 0;
    int requests = 0;
    for (int seed = 0; seed < ROUNDS * 2; seed++) {
      Random random = new Random(seed);
      List<List<Exchange>> flows = flows(random);
      List<Packet> packets = new ArrayList<>(interleave(random, flows, false));
      int losses = 1 + random.nextInt(3);
      for (int i = 0; i < losses; i++) {
        packets.remove(random.nextInt(packets.size()));
      }
      for (RequestEvent e : Replay.events(timed(packets))) {
        requests++;
        if (e.response() != null) {
          paired++;
          assertThat(e.response().reason())
              .as("seed %d: %s of %s", seed, e, described(packets, e.flow().clientPort()))
              .isEqualTo("N" + e.request().target().substring(1));
        }
      }
    }
    assertThat(paired).isGreaterThan(requests * 8 / 10);
  }

  @Test
  void shouldCloseTheLedgerWhateverTheBytes() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      List<Packet> packets = new ArrayList<>(interleave(random, flows(random), true));
      Replay replay = new Replay(PipelineOptions.defaults());
      for (Packet packet : packets) {
        byte[] frame = packet.frame();
        for (int i = random.nextInt(4); i > 0; i--) {
          frame[random.nextInt(frame.length)] = (byte) random.nextInt();
        }
        int captured = random.nextInt(8) == 0 ? random.nextInt(frame.length) : frame.length;
        replay.feed(
            frame, captured, packet.timeUs() * 1000, io.sluice.collector.capture.LinkType.ETHERNET);
      }
      replay.finish();
    }
  }

  private static String described(List<Packet> packets, int port) {
    StringBuilder text = new StringBuilder();
    for (Packet p : packets) {
      if (p.clientPort() == port) {
        String start = p.text().substring(0, Math.min(24, p.text().length()));
        String line = "%n%s %08x ack %08x flags %d %d bytes %s";
        String side = p.fromClient() ? ">" : "<";
        text.append(
            line.formatted(
                side,
                p.sequence(),
                p.acknowledgement(),
                p.flags(),
                p.payload().length,
                start.replaceAll("[\\r\\n]", "_")));
      }
    }
    return text.toString();
  }

  private static List<List<Exchange>> flows(Random random) {
    List<List<Exchange>> flows = new ArrayList<>();
    int number = 1;
    for (int flow = 1 + random.nextInt(3); flow > 0; flow--) {
      List<Exchange> exchanges = new ArrayList<>();
      for (int i = random.nextInt(8); i >= 0; i--) {
        int requestBody = random.nextInt(3) == 0 ? random.nextInt(300) : 0;
        exchanges.add(
            new Exchange(number++, requestBody, random.nextInt(400), random.nextInt(3) == 0));
      }
      flows.add(exchanges);
    }
    return flows;
  }

  /** Each flow's packets in a random segmentation; the flows are mixed, in their own order. */
  private static List<Packet> interleave(
      Random random, List<List<Exchange>> flows, boolean disorder) {
    List<List<Packet>> queues = new ArrayList<>();
    for (int i = 0; i < flows.size(); i++) {
      Talk talk = Talk.open(1000 + i, random.nextInt(), random.nextInt());
      talk.segmentsOf(1 + random.nextInt(disorder ? 100 : 400));
      boolean pipelined = random.nextInt(3) == 0;
      StringBuilder ahead = new StringBuilder();
      for (Exchange e : flows.get(i)) {
        if (pipelined) {
          ahead.append(e.request());
        } else {
          talk.client(e.request()).server(e.response());
        }
      }
      if (pipelined) {
        talk.client(ahead.toString());
        flows.get(i).forEach(e -> talk.server(e.response()));
      }
      List<Packet> packets = new ArrayList<>(talk.clientEnds().serverEnds().packets());
      if (disorder) {
        disturb(random, packets);
      }
      queues.add(packets);
    }
    List<Packet> mixed = new ArrayList<>();
    while (!queues.isEmpty()) {
      List<Packet> queue = queues.get(random.nextInt(queues.size()));
      mixed.add(queue.removeFirst());
      if (queue.isEmpty()) {
        queues.remove(queue);
      }
    }
    return mixed;
  }

  /** Moves and repeats segments behind the handshake, by a few places. */
  private static void disturb(Random random, List<Packet> packets) {
    for (int i = random.nextInt(packets.size()); i > 0; i--) {
      int at = 3 + random.nextInt(packets.size() - 3);
      int other = Math.min(packets.size() - 1, at + random.nextInt(6));
      if (random.nextBoolean()) {
        Collections.swap(packets, at, other);
      } else {
        packets.add(other, packets.get(at));
      }
    }
  }

  private static List<Packet> timed(List<Packet> packets) {
    List<Packet> timed = new ArrayList<>();
    long timeUs = 1_700_000_000_000_000L;
    for (Packet packet : packets) {
      timed.add(packet.at(timeUs));
      timeUs += 10;
    }
    return timed;
  }

  private static String line(Exchange e) {
    return "/" + e.number() + " " + e.requestBody() + " N" + e.number() + " " + e.responseBody();
  }

  private static String line(RequestEvent e) {
    String response =
        e.response() == null ? "none" : e.response().reason() + " " + e.response().bodyBytes();
    return e.request().target() + " " + e.request().bodyBytes() + " " + response;
  }
}
