package io.sluice.collector.reassembly;

import static io.sluice.collector.decode.TcpSegment.ACK;
import static io.sluice.collector.decode.TcpSegment.FIN;
import static io.sluice.collector.decode.TcpSegment.RST;
import static io.sluice.collector.decode.TcpSegment.SYN;
import static io.sluice.collector.reassembly.ReassemblyCounter.BUFFERED_BYTES;
import static io.sluice.collector.reassembly.ReassemblyCounter.CUT_BYTES;
import static io.sluice.collector.reassembly.ReassemblyCounter.DUPLICATE_BYTES;
import static io.sluice.collector.reassembly.ReassemblyCounter.GAPS_FORCED;
import static io.sluice.collector.reassembly.ReassemblyCounter.GAP_BYTES;
import static io.sluice.collector.reassembly.ReassemblyCounter.OVERLAPS_DIFFERENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.decode.TcpSegment;
import io.sluice.collector.flow.FlowCounter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One segment in, exact deliveries out. */
final class TcpReassemblerTest {
  private static final long MS = 1_000_000L;
  private static final long SECOND = 1000 * MS;

  private final List<Recorder> recorders = new ArrayList<>();
  private final MemorySegment memory = Arena.global().allocate(8192);
  private TcpReassembler reassembler = reassembler(ReassemblyOptions.defaults());
  private long now = 1_700_000_000L * SECOND;

  private TcpReassembler reassembler(ReassemblyOptions options) {
    return new TcpReassembler(
        options,
        flow -> {
          Recorder recorder = new Recorder();
          recorders.add(recorder);
          return recorder;
        });
  }

  @AfterEach
  void everyByteIsAccountedFor() {
    assertThat(ReassemblyCounter.unaccounted(reassembler.counters())).isZero();
    reassembler.finish();
    assertThat(ReassemblyCounter.unaccounted(reassembler.counters())).isZero();
    assertThat(reassembler.counters().get(BUFFERED_BYTES)).isZero();
    assertThat(reassembler.flows()).isZero();
  }

  @Test
  void shouldDeliverInOrder() {
    a(99, SYN, "");
    b(499, SYN | ACK, 100, "");
    a(100, ACK, 500, "abc");
    b(500, ACK, 103, "xyz");
    a(103, ACK, 503, "def");
    assertCalls("a abc", "b xyz", "a def");
  }

  @Test
  void shouldPutSegmentsInOrder() {
    a(99, SYN, "");
    a(106, ACK, 500, "ghi");
    a(103, ACK, 500, "def");
    assertCalls();
    assertThat(reassembler.counters().get(BUFFERED_BYTES)).isEqualTo(6);
    a(100, ACK, 500, "abc");
    assertCalls("a abc", "a def", "a ghi");
  }

  @Test
  void shouldDropWhatItHad() {
    a(99, SYN, "");
    a(100, ACK, 500, "abcdef");
    a(100, ACK, 500, "abc");
    a(103, ACK, 500, "defghi");
    a(108, ACK, 500, "i");
    assertCalls("a abcdef", "a ghi");
    assertThat(reassembler.counters().get(DUPLICATE_BYTES)).isEqualTo(7);
  }

  @Test
  void shouldKeepTheByteThatCameFirstWhereSegmentsOverlap() {
    a(99, SYN, "");
    a(103, ACK, 500, "DEF");
    a(101, ACK, 500, "bcdefgh");
    assertThat(reassembler.counters().get(OVERLAPS_DIFFERENT)).isEqualTo(1);
    a(100, ACK, 500, "abcd");
    assertThat(text(0)).isEqualTo("abcDEFgh");
  }

  @Test
  void shouldWrapAroundTheEndOfSequenceNumbers() {
    a(-3, SYN, "");
    a(1, ACK, 500, "def");
    a(-2, ACK, 500, "abc");
    a(4, ACK, 500, "ghi");
    assertThat(text(0)).isEqualTo("abcdefghi");
  }

  @Test
  void shouldIgnoreKeepAliveProbes() {
    a(99, SYN, "");
    a(100, ACK, 500, "abc");
    a(102, ACK, 500, "\0");
    a(102, ACK, 500, "");
    a(103, ACK, 500, "def");
    assertThat(text(0)).isEqualTo("abcdef");
  }

  @Test
  void shouldDeliverDataOfASyn() {
    a(99, SYN, "abc");
    b(499, SYN | ACK, 100, "");
    a(100, ACK, 500, "abc");
    a(103, ACK, 500, "def");
    assertThat(text(0)).isEqualTo("abcdef");
  }

  @Test
  void shouldTakeUpAConnectionMidway() {
    a(1000, ACK, 7000, "abc");
    b(7003, ACK, 1003, "later");
    b(7000, ACK, 1003, "xyz");
    assertCalls("a abc", "b xyz", "b later");
  }

  @Test
  void shouldDeliverAGapOnceTheReceiverHasAcknowledgedIt() {
    a(99, SYN, "");
    b(499, SYN | ACK, 100, "");
    a(100, ACK, 500, "abc");
    a(106, ACK, 500, "ghi");
    now += 300 * MS;
    a(109, ACK, 500, "jkl");
    assertCalls("a abc");
    b(500, ACK, 112, "");
    assertCalls("a abc", "a gap 3", "a ghi", "a jkl");
    assertThat(reassembler.counters().get(GAP_BYTES)).isEqualTo(3);
  }

  @Test
  void shouldWaitAReorderWindowForWhatIsAcknowledged() {
    a(99, SYN, "");
    b(499, SYN | ACK, 100, "");
    a(103, ACK, 500, "def");
    now += MS;
    b(500, ACK, 106, "");
    assertCalls();
    a(100, ACK, 500, "abc");
    assertCalls("a abc", "a def");
  }

  @Test
  void shouldDeliverWhatIsHeldAtTheEnd() {
    a(99, SYN, "");
    a(103, ACK, 500, "def");
    a(109, ACK | FIN, 500, "jkl");
    reassembler.finish();
    assertCalls("a gap 3", "a def", "a gap 3", "a jkl", "a end FIN", "b end FINISH", "close");
  }

  @Test
  void shouldEndAStreamOnlyBehindItsLastByte() {
    a(99, SYN, "");
    a(103, ACK | FIN, 500, "def");
    assertCalls();
    a(100, ACK, 500, "abc");
    assertCalls("a abc", "a def", "a end FIN");
    a(106, ACK, 500, "more");
    assertCalls("a abc", "a def", "a end FIN");
  }

  @Test
  void shouldDeliverBytesThatWaitWhereALaterSynMovesTheStartToThem() {
    a(99, SYN, "");
    a(103, ACK, 500, "def");
    a(102, SYN | ACK, 500, "");
    assertCalls("a def");
  }

  @Test
  void shouldTellAnEndThatCameBeforeAnyPayload() {
    a(99, SYN, "");
    a(100, FIN | ACK, 500, "");
    b(499, SYN | ACK, 100, "");
    b(500, ACK, 101, "abc");
    b(503, FIN | ACK, 101, "");
    assertCalls("a end FIN", "b abc", "b end FIN");
  }

  @Test
  void shouldDeliverDataThatWasCapturedAfterAReset() {
    a(99, SYN, "");
    a(100, ACK, 500, "abc");
    b(500, RST | ACK, 103, "");
    a(103, ACK, 500, "def");
    assertThat(text(0)).isEqualTo("abcdef");
  }

  @Test
  void shouldBeginAnewWhereTheFourTupleIsReused() {
    a(99, SYN, "");
    a(100, ACK, 500, "abc");
    a(70_000, SYN, "");
    a(70_001, ACK, 900, "def");
    assertThat(recorders).hasSize(2);
    assertCalls("a abc", "a end REUSED", "b end REUSED", "close");
    assertThat(recorders.get(1).calls).containsExactly("a def");
  }

  @Test
  void shouldNotBeginAnewForARepeatedSyn() {
    a(99, SYN, "");
    a(100, ACK, 500, "abc");
    a(99, SYN, "");
    a(103, ACK, 500, "def");
    assertCalls("a abc", "a def");
  }

  @Test
  void shouldTellTheMissingEndOfACutSegment() {
    a(99, SYN, "");
    cut(100, "abcdef", 2);
    a(106, ACK, 500, "ghi");
    assertCalls("a abcd", "a cut 2", "a ghi");
    assertThat(reassembler.counters().get(CUT_BYTES)).isEqualTo(2);
  }

  @Test
  void shouldDeliverACutSegmentThatCameEarly() {
    a(99, SYN, "");
    cut(103, "defghi", 2);
    a(100, ACK, 500, "abc");
    assertCalls("a abc", "a defg", "a cut 2");
  }

  @Test
  void shouldForceAGapWhereAStreamHoldsTooMuch() {
    ReassemblyOptions options = options(4 * PagePool.PAGE_BYTES, 1 << 20);
    reassembler = reassembler(options);
    a(99, SYN, "");
    for (int i = 0; i < 4; i++) {
      a(101 + 2 * i, ACK, 500, "x");
    }
    assertCalls();
    a(101 + 2 * 4, ACK, 500, "y");
    assertCalls("a gap 1", "a x");
    assertThat(reassembler.counters().get(GAPS_FORCED)).isEqualTo(1);
  }

  @Test
  void shouldForceAGapInTheStreamWithTheOldestHoleWhereAllHoldTooMuch() {
    reassembler = reassembler(options(1 << 20, 2 * PagePool.PAGE_BYTES));
    segment(true, 1, 99, SYN, 0, "", 0);
    segment(true, 1, 101, ACK, 500, "one", 0);
    segment(true, 2, 99, SYN, 0, "", 0);
    segment(true, 2, 101, ACK, 500, "two", 0);
    segment(true, 3, 99, SYN, 0, "", 0);
    segment(true, 3, 101, ACK, 500, "three", 0);
    assertThat(recorders.get(0).calls).containsExactly("a gap 1", "a one");
    assertThat(recorders.get(1).calls).isEmpty();
    assertThat(recorders.get(2).calls).isEmpty();
  }

  @Test
  void shouldExpireIdleFlowsByPacketTime() {
    a(99, SYN, "");
    a(100, ACK, 500, "abc");
    reassembler.onTime(now + 299 * SECOND);
    assertThat(reassembler.flows()).isEqualTo(1);
    reassembler.onTime(now + 302 * SECOND);
    assertThat(reassembler.flows()).isZero();
    assertCalls("a abc", "a end IDLE", "b end IDLE", "close");
    assertThat(reassembler.flowCounters().get(FlowCounter.EXPIRED)).isEqualTo(1);
  }

  @Test
  void shouldExpireHalfOpenFlowsSooner() {
    a(99, SYN, "");
    reassembler.onTime(now + 62 * SECOND);
    assertThat(reassembler.flows()).isZero();
    assertThat(recorders).isEmpty();
  }

  @Test
  void shouldEvictTheLeastUsedFlowWhereTheTableIsFull() {
    ReassemblyOptions d = ReassemblyOptions.defaults();
    reassembler =
        reassembler(
            new ReassemblyOptions(
                2,
                d.maxStreamBufferBytes(),
                d.maxBufferBytes(),
                d.idleTimeoutNs(),
                d.halfOpenTimeoutNs(),
                d.closedTimeoutNs(),
                d.reorderWindowNs(),
                d.holeTimeoutNs()));
    segment(true, 1, 100, ACK, 500, "one", 0);
    segment(true, 2, 100, ACK, 500, "two", 0);
    segment(true, 1, 103, ACK, 500, "again", 0);
    segment(true, 3, 100, ACK, 500, "three", 0);
    assertThat(reassembler.flows()).isEqualTo(2);
    assertThat(recorders.get(1).calls).contains("a end EVICTED", "close");
    assertThat(reassembler.flowCounters().get(FlowCounter.EVICTED)).isEqualTo(1);
  }

  @Test
  void shouldBeginAnewAfterManySegmentsFromFarAway() {
    a(100, ACK, 500, "abc");
    for (int i = 0; i < 8; i++) {
      a(1 << 30, ACK, 500, "far");
    }
    a((1 << 30) + 3, ACK, 500, "new");
    assertThat(recorders).hasSize(2);
    assertThat(recorders.get(1).calls).containsExactly("a new");
  }

  private static ReassemblyOptions options(int streamBytes, long allBytes) {
    ReassemblyOptions d = ReassemblyOptions.defaults();
    return new ReassemblyOptions(
        d.maxFlows(),
        streamBytes,
        allBytes,
        d.idleTimeoutNs(),
        d.halfOpenTimeoutNs(),
        d.closedTimeoutNs(),
        d.reorderWindowNs(),
        d.holeTimeoutNs());
  }

  private void a(int sequence, int flags, String payload) {
    segment(true, 1, sequence, flags, 0, payload, 0);
  }

  private void a(int sequence, int flags, int acknowledgement, String payload) {
    segment(true, 1, sequence, flags, acknowledgement, payload, 0);
  }

  private void b(int sequence, int flags, int acknowledgement, String payload) {
    segment(false, 1, sequence, flags, acknowledgement, payload, 0);
  }

  private void cut(int sequence, String payload, int missing) {
    segment(true, 1, sequence, ACK, 500, payload, missing);
  }

  private void segment(
      boolean fromA,
      int port,
      int sequence,
      int flags,
      int acknowledgement,
      String payload,
      int missing) {
    byte[] bytes = payload.getBytes(StandardCharsets.ISO_8859_1);
    TcpSegment s = new TcpSegment();
    s.sourceLow = fromA ? 1 : 2;
    s.destinationLow = fromA ? 2 : 1;
    s.sourcePort = fromA ? port : 80;
    s.destinationPort = fromA ? 80 : port;
    s.sequence = sequence;
    s.acknowledgement = acknowledgement;
    s.flags = flags;
    s.memory = memory;
    s.payloadLength = bytes.length;
    s.capturedLength = bytes.length - missing;
    s.timestampNs = now;
    s.vlan = -1;
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, s.capturedLength);
    reassembler.onSegment(s);
    memory.fill((byte) '!'); // what was borrowed is gone
  }

  private String text(int side) {
    return recorders.getFirst().text[side].toString();
  }

  private void assertCalls(String... calls) {
    List<String> seen = recorders.isEmpty() ? List.of() : recorders.getFirst().calls;
    assertThat(seen).containsExactly(calls);
  }
}
