package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.LinkType;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.live.AsLive;
import io.sluice.collector.testing.Http2Cases;
import io.sluice.collector.testing.Http2Frames;
import io.sluice.collector.testing.HttpCases;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Replay;
import io.sluice.collector.testing.Talk;
import io.sluice.kernelfilter.FilterModel;
import io.sluice.kernelfilter.FilterOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random HTTP/2 connections against their model. */
final class Http2RandomTest {
  private static final int ROUNDS = 300;

  /** What one stream says; its number stands in the target, the type and the status. */
  private record Call(int number, int requestBytes, int responseBytes) {
    String line() {
      return "/" + number + " " + requestBytes + " t" + number + " " + responseBytes;
    }
  }

  private static List<Call> calls(Random random) {
    List<Call> calls = new ArrayList<>();
    for (int i = 1 + random.nextInt(12); i > 0; i--) {
      calls.add(
          new Call(calls.size(), random.nextInt(3) * random.nextInt(3000), random.nextInt(3000)));
    }
    return calls;
  }

  /** Frames of all streams in turn, in segments of random sizes. */
  private static List<Packet> packets(Random random, List<Call> calls) {
    Http2Frames client = new Http2Frames().preface();
    Http2Frames server = new Http2Frames().settings();
    Talk talk = Talk.open();
    List<Integer> asked = new ArrayList<>();
    int next = 0;
    while (next < calls.size() || !asked.isEmpty()) {
      talk.segmentsOf(1 + random.nextInt(1460));
      if (next < calls.size() && (asked.isEmpty() || random.nextBoolean())) {
        Call call = calls.get(next);
        int stream = 1 + 2 * next;
        String[] headers = {
          ":method", "POST", ":scheme", "http", ":path", "/" + call.number(), ":authority", "a"
        };
        if (random.nextBoolean()) {
          client.headers(stream, call.requestBytes() == 0, headers);
        } else {
          client.headersInParts(stream, call.requestBytes() == 0, headers);
        }
        body(random, client, stream, call.requestBytes());
        asked.add(next++);
        talk.send(true, client.take());
      } else {
        int which = asked.remove(random.nextInt(asked.size()));
        Call call = calls.get(which);
        int stream = 1 + 2 * which;
        server.headers(
            stream,
            call.responseBytes() == 0,
            ":status",
            "200",
            "content-type",
            "t" + call.number());
        body(random, server, stream, call.responseBytes());
        talk.send(false, server.take());
      }
    }
    return new ArrayList<>(talk.clientEnds().serverEnds().packets());
  }

  private static void body(Random random, Http2Frames frames, int stream, int bytes) {
    int left = bytes;
    while (left > 0) {
      int part = Math.min(left, 1 + random.nextInt(1500));
      left -= part;
      if (random.nextBoolean()) {
        frames.paddedData(stream, left == 0, part, random.nextInt(100));
      } else {
        frames.data(stream, left == 0, part);
      }
    }
  }

  private static String line(RequestEvent e) {
    return e.request().target()
        + " "
        + e.request().bodyBytes()
        + " "
        + (e.response() == null ? null : e.response().contentType())
        + " "
        + (e.response() == null ? null : e.response().bodyBytes());
  }

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
    for (Packet packet : packets) {
      timed.add(packet.at(1_700_000_000_000_000L + timed.size() * 10L));
    }
    return timed;
  }

  @Test
  void shouldGiveTheModelsEventsWhereNothingIsLost() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      List<Call> calls = calls(random);
      List<Packet> packets = packets(random, calls);
      disturb(random, packets);
      List<RequestEvent> events = Replay.events(timed(packets));
      assertThat(events.stream().map(Http2RandomTest::line))
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(calls.stream().map(Call::line).toList());
      assertThat(events.stream().flatMap(e -> e.flags().stream())).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void shouldNeverPairWronglyWhereSegmentsAreLost() {
    int whole = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      List<Call> calls = calls(random);
      List<Packet> packets = packets(random, calls);
      packets.remove(3 + random.nextInt(packets.size() - 3));
      List<RequestEvent> events = Replay.events(timed(packets));
      TreeSet<String> targets = new TreeSet<>();
      for (RequestEvent e : events) {
        assertThat(targets.add(e.request().target())).isTrue();
        Call call = calls.get(Integer.parseInt(e.request().target().substring(1)));
        if (e.response() != null) {
          assertThat(e.response().contentType()).as("seed %d", seed).isEqualTo("t" + call.number());
        }
        if (e.flags().isEmpty() && e.response() != null) {
          whole++;
          assertThat(line(e)).as("seed %d", seed).isEqualTo(call.line());
        }
      }
    }
    assertThat(whole).isPositive();
  }

  static List<HttpCases.Case> cases() {
    return Http2Cases.all();
  }

  /** What the kernel filter leaves out or cuts off changes no event. */
  @ParameterizedTest
  @MethodSource("cases")
  void shouldReadTheSameBehindTheKernelFilter(HttpCases.Case c) {
    for (int size : new int[] {1460, 100, 24}) {
      List<Packet> packets =
          Talk.open()
              .segmentsOf(size)
              .client(c.client())
              .server(c.server())
              .clientEnds()
              .serverEnds()
              .packets();
      List<String> live = new ArrayList<>();
      PacketPipeline pipeline =
          new PacketPipeline(PipelineOptions.defaults(), e -> live.add(line(e)));
      AsLive asLive =
          new AsLive(
              new FilterModel(FilterOptions.defaults().trimming(false).startingOpen()), pipeline);
      Frame frame = new Frame();
      for (Packet packet : packets) {
        byte[] bytes = packet.frame();
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment memory = arena.allocate(bytes.length);
          MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
          frame.memory = memory;
          frame.offset = 0;
          frame.capturedLength = bytes.length;
          frame.wireLength = bytes.length;
          frame.timestampNs = packet.timeUs() * 1000;
          frame.linkType = LinkType.ETHERNET;
          frame.vlanTci = Frame.NO_VLAN;
          asLive.onFrame(frame);
        }
      }
      pipeline.finish();
      assertThat(live)
          .as("segments of %d", size)
          .isEqualTo(Replay.events(packets).stream().map(Http2RandomTest::line).toList());
    }
  }
}
