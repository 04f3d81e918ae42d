package io.sluice.collector.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.decode.TcpSegment;
import io.sluice.collector.flow.FlowCounter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Any bytes in any segments, in any order, repeated, overlapping, lost: what is delivered is every
 * byte that came, in its place, and a gap of exactly those that did not. The seed of a failure is
 * in its message.
 */
final class RandomStreamTest {
  private static final int ROUNDS = 3000;
  private static final long SECOND = 1_000_000_000L;
  private static final int MAX_PORT = 60_000;

  private final MemorySegment memory = Arena.global().allocate(8192);

  private record Segment(boolean fromA, int from, int end) {}

  @Test
  void shouldDeliverWhatCameAndGapsForTheRest() {
    int gaps = 0;
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      Recorder recorder = new Recorder();
      TcpReassembler reassembler =
          new TcpReassembler(ReassemblyOptions.defaults(), flow -> recorder);
      byte[][] bytes = {letters(random), letters(random)};
      int[] first = {nearTheWrap(random), nearTheWrap(random)};
      List<Segment> segments = segments(random, bytes);
      BitSet[] came = {new BitSet(), new BitSet()};
      long now = 1_700_000_000L * SECOND;
      send(reassembler, true, first[0] - 1, 0, TcpSegment.SYN, new byte[0], now);
      send(
          reassembler,
          false,
          first[1] - 1,
          first[0],
          TcpSegment.SYN | TcpSegment.ACK,
          new byte[0],
          now);
      for (Segment s : segments) {
        int side = s.fromA() ? 0 : 1;
        came[side].set(s.from(), s.end());
        byte[] part = Arrays.copyOfRange(bytes[side], s.from(), s.end());
        now += 1000;
        send(
            reassembler,
            s.fromA(),
            first[side] + s.from(),
            first[1 - side],
            TcpSegment.ACK,
            part,
            now);
        assertThat(ReassemblyCounter.unaccounted(reassembler.counters())).as("%d", seed).isZero();
      }
      send(
          reassembler,
          true,
          first[0] + bytes[0].length,
          first[1],
          TcpSegment.FIN | TcpSegment.ACK,
          new byte[0],
          now);
      send(
          reassembler,
          false,
          first[1] + bytes[1].length,
          first[0],
          TcpSegment.FIN | TcpSegment.ACK,
          new byte[0],
          now);
      reassembler.finish();
      if (came[0].isEmpty() && came[1].isEmpty()) {
        continue; // a connection without a byte is none of a protocol's
      }
      int missing = 0;
      for (int side = 0; side < 2; side++) {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < bytes[side].length; i++) {
          expected.append(came[side].get(i) ? (char) bytes[side][i] : '#');
        }
        missing += bytes[side].length - came[side].cardinality();
        assertThat(recorder.text[side].toString())
            .as("seed %d", seed)
            .isEqualTo(expected.toString());
      }
      gaps += missing > 0 ? 1 : 0;
      assertThat(recorder.calls).as("seed %d", seed).contains("a end FIN", "b end FIN", "close");
      assertThat(reassembler.counters().get(ReassemblyCounter.GAP_BYTES)).isEqualTo(missing);
      assertThat(reassembler.counters().get(ReassemblyCounter.OVERLAPS_DIFFERENT)).isZero();
      assertThat(ReassemblyCounter.unaccounted(reassembler.counters())).isZero();
      assertThat(reassembler.counters().get(ReassemblyCounter.BUFFERED_BYTES)).isZero();
    }
    assertThat(gaps).isBetween(ROUNDS / 4, ROUNDS * 3 / 4);
  }

  private static byte[] letters(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(3000)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ('a' + random.nextInt(26));
    }
    return bytes;
  }

  private static int nearTheWrap(Random random) {
    return random.nextBoolean() ? random.nextInt() : -random.nextInt(3000);
  }

  /** Each direction in order and whole, then repeated in other cuts, mixed, and thinned out. */
  private static List<Segment> segments(Random random, byte[][] bytes) {
    List<Segment> all = new ArrayList<>();
    int largest = 20 + random.nextInt(300); // so that all fit into a stream's pages
    for (int side = 0; side < 2; side++) {
      int length = bytes[side].length;
      for (int at = 0; at < length; ) {
        int end = Math.min(length, at + 1 + random.nextInt(largest));
        all.add(new Segment(side == 0, at, end));
        at = end;
      }
      for (int i = random.nextInt(10); i > 0; i--) {
        int from = random.nextInt(length);
        int end = Math.min(length, from + 1 + random.nextInt(500));
        all.add(new Segment(side == 0, from, end));
      }
    }
    Collections.shuffle(all, random);
    if (random.nextBoolean()) {
      int lost = 1 + random.nextInt(10); // in a hundred
      all.removeIf(s -> random.nextInt(100) < lost);
    }
    return all;
  }

  private void send(
      TcpReassembler reassembler,
      boolean fromA,
      int sequence,
      int acknowledgement,
      int flags,
      byte[] payload,
      long now) {
    send(reassembler, 1000, fromA, sequence, acknowledgement, flags, payload, now);
  }

  private void send(
      TcpReassembler reassembler,
      int port,
      boolean fromA,
      int sequence,
      int acknowledgement,
      int flags,
      byte[] payload,
      long now) {
    TcpSegment s = new TcpSegment();
    s.sourceLow = fromA ? 1 : 2;
    s.destinationLow = fromA ? 2 : 1;
    s.sourcePort = fromA ? port : 80;
    s.destinationPort = fromA ? 80 : port;
    s.sequence = sequence;
    s.acknowledgement = acknowledgement;
    s.flags = flags;
    s.memory = memory;
    s.payloadLength = payload.length;
    s.capturedLength = payload.length;
    s.timestampNs = now;
    s.vlan = -1;
    MemorySegment.copy(payload, 0, memory, ValueLayout.JAVA_BYTE, 0, payload.length);
    reassembler.onSegment(s);
    memory.fill((byte) '!'); // what was borrowed is gone
  }

  /** Thousands of timers that are moved, steps of all sizes: each flow goes when it is due. */
  @Test
  void shouldExpireEachFlowWhenItIsDue() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      ReassemblyOptions options = ReassemblyOptions.defaults();
      TcpReassembler reassembler = new TcpReassembler(options, flow -> new Recorder());
      long[] last = new long[MAX_PORT];
      long now = 1_700_000_000L * SECOND;
      for (int i = 0; i < 5000; i++) {
        now += random.nextInt(10) == 0 ? random.nextLong(40 * SECOND) : random.nextInt(100_000_000);
        int port = 1 + random.nextInt(random.nextInt(10) == 0 ? MAX_PORT - 1 : 20);
        send(reassembler, port, true, 1, 1, TcpSegment.ACK, new byte[] {'x'}, now);
        last[port] = now;
        int certain = 0;
        int possible = 0;
        long tick = 1L << 28;
        for (long time : last) {
          certain += time != 0 && now - time < options.idleTimeoutNs() ? 1 : 0;
          possible += time != 0 && now - time <= options.idleTimeoutNs() + tick ? 1 : 0;
        }
        assertThat(reassembler.flows()).as("seed %d", seed).isBetween(certain, possible);
      }
      assertThat(reassembler.flowCounters().get(FlowCounter.EXPIRED)).isPositive();
      reassembler.onTime(now + 302 * SECOND);
      assertThat(reassembler.flows()).isZero();
    }
  }
}
