package io.sluice.collector.reassembly;

import static io.sluice.collector.decode.TcpSegment.ACK;
import static io.sluice.collector.decode.TcpSegment.FIN;
import static io.sluice.collector.decode.TcpSegment.RST;
import static io.sluice.collector.decode.TcpSegment.SYN;
import static io.sluice.collector.decode.TcpSegment.URG;
import static io.sluice.collector.reassembly.ReassemblyCounter.BUFFERED_BYTES;
import static io.sluice.collector.reassembly.ReassemblyCounter.CUT_BYTES;
import static io.sluice.collector.reassembly.ReassemblyCounter.DISCARDED_BEFORE_START_BYTES;
import static io.sluice.collector.reassembly.ReassemblyCounter.DUPLICATE_BYTES;
import static io.sluice.collector.reassembly.ReassemblyCounter.GAPS;
import static io.sluice.collector.reassembly.ReassemblyCounter.GAPS_FORCED;
import static io.sluice.collector.reassembly.ReassemblyCounter.GAP_BYTES;
import static io.sluice.collector.reassembly.ReassemblyCounter.OVERLAPS_DIFFERENT;
import static io.sluice.collector.reassembly.ReassemblyCounter.SEGMENTS_IGNORED;
import static io.sluice.collector.reassembly.ReassemblyCounter.URGENT_SEGMENTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.decode.TcpSegment;
import io.sluice.collector.flow.FlowCounter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One segment in, exact deliveries out. */
final class TcpReassemblerTest {
  private static final long MS = 1_000_000L;
  private static final long SECOND = 1000 * MS;

  private final List<Recorder> recorders = new ArrayList<>();
  private final List<TcpFlow> flows = new ArrayList<>();
  private final MemorySegment memory = Arena.global().allocate(8192);
  private TcpReassembler reassembler = reassembler(ReassemblyOptions.defaults());
  private long now = 1_700_000_000L * SECOND;

  private TcpReassembler reassembler(ReassemblyOptions options) {
    return new TcpReassembler(
        options,
        flow -> {
          flows.add(flow);
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

  /** A quiet wire's time stays behind that of the newest packet, whose clock it is not. */
  @Test
  void shouldCountPacketsThatStepBackAndNothingElse() {
    a(100, ACK, 500, "abc");
    reassembler.onTime(now - 50 * MS);
    assertThat(reassembler.flowCounters().get(FlowCounter.CLOCK_BACKWARDS)).isZero();
    now -= SECOND;
    a(103, ACK, 500, "def");
    assertThat(reassembler.flowCounters().get(FlowCounter.CLOCK_BACKWARDS)).isEqualTo(1);
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

  /** Picked up midway, it can't go back behind the first byte that it delivered. */
  @Test
  void shouldTellWhatIsFromBeforeItsStartFromWhatCameTwice() {
    a(103, ACK, 500, "def");
    a(100, ACK, 500, "abc");
    a(101, ACK, 500, "bcdefghi");
    assertCalls("a def", "a ghi");
    assertThat(reassembler.counters().get(DISCARDED_BEFORE_START_BYTES)).isEqualTo(5);
    assertThat(reassembler.counters().get(DUPLICATE_BYTES)).isEqualTo(3);
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
    assertCalls("a abc");
    now += 300 * MS;
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

  /** The hole is old, but what is acknowledged is only just being filled. */
  @Test
  void shouldWaitAReorderWindowFromTheAcknowledgementOn() {
    a(99, SYN, "");
    b(499, SYN | ACK, 100, "");
    a(106, ACK, 500, "ghi");
    now += 300 * MS;
    b(500, ACK, 103, "");
    a(100, ACK, 500, "abc");
    now += 300 * MS;
    b(500, ACK, 106, "");
    a(103, ACK, 500, "def");
    assertCalls("a abc", "a def", "a ghi");
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

  /** What each order of a connection's last segments ends in; "abc" and "xyz" were delivered. */
  static List<Arguments> endings() {
    List<Arguments> table = new ArrayList<>();
    Map<String, Consumer<TcpReassemblerTest>> last = new LinkedHashMap<>();
    last.put("a FIN", t -> t.a(103, FIN | ACK, 503, ""));
    last.put("b FIN", t -> t.b(503, FIN | ACK, 103, ""));
    last.put("a RST", t -> t.a(103, RST, 0, ""));
    last.put("b RST", t -> t.b(503, RST | ACK, 103, ""));
    last.put("a FIN RST", t -> t.a(103, FIN | RST | ACK, 503, ""));
    last.put("a data FIN", t -> t.a(103, FIN | ACK, 503, "def"));
    last.put("b data RST", t -> t.b(503, RST | ACK, 103, "uvw"));
    for (String first : last.keySet()) {
      for (String second : last.keySet()) {
        for (String third : last.keySet()) {
          List<String> order = List.of(first, second, third);
          table.add(Arguments.of(order, order.stream().map(last::get).toList()));
        }
      }
    }
    return table;
  }

  @ParameterizedTest
  @MethodSource("endings")
  void shouldEndWhateverTheOrderOfFinAndRst(
      List<String> order, List<Consumer<TcpReassemblerTest>> segments) {
    a(99, SYN, "");
    b(499, SYN | ACK, 100, "");
    a(100, ACK, 500, "abc");
    b(500, ACK, 103, "xyz");
    segments.forEach(segment -> segment.accept(this));
    // A FIN's number is the first one's; what is behind it is not delivered.
    String a = firstOf(order, "a FIN", "a FIN RST", "a data FIN");
    boolean reset = false;
    for (int i = 0; i < order.size(); i++) { // what is delivered says that no reset was before it
      boolean delivers = order.indexOf("a data FIN") == i && "a data FIN".equals(a);
      reset = order.get(i).contains("RST") || reset && !delivers;
    }
    String b = firstOf(order, "b FIN");
    String dataOfB = firstOf(order, "b data RST", "b FIN");
    String textA = "abc" + ("a data FIN".equals(a) ? "def" : "");
    String textB = "xyz" + ("b data RST".equals(dataOfB) ? "uvw" : "");
    assertThat(text(0)).isEqualTo(textA);
    assertThat(text(1)).isEqualTo(textB);
    boolean endsB = b != null && !"b data RST".equals(dataOfB);
    List<String> calls = recorders.getFirst().calls;
    assertThat(calls.contains("a end FIN")).isEqualTo(a != null);
    assertThat(calls.contains("b end FIN")).isEqualTo(endsB);
    // Remembered for late segments, then closed, and no sooner than an idle one without an end.
    boolean closed = reset || a != null && endsB;
    reassembler.onTime(now + 9 * SECOND);
    assertThat(reassembler.flows()).isEqualTo(1);
    reassembler.onTime(now + 11 * SECOND);
    assertThat(reassembler.flows()).isEqualTo(closed ? 0 : 1);
    reassembler.onTime(now + 302 * SECOND);
    assertThat(reassembler.flows()).isZero();
    String reason = reset ? "RESET" : "IDLE";
    assertThat(calls)
        .contains(a != null ? "a end FIN" : "a end " + reason)
        .contains(endsB ? "b end FIN" : "b end " + reason)
        .endsWith("close");
  }

  private static String firstOf(List<String> order, String... names) {
    return order.stream().filter(List.of(names)::contains).findFirst().orElse(null);
  }

  @Test
  void shouldIgnoreAResetOfAConnectionThatWasNeverSeen() {
    a(100, RST, 0, "");
    b(500, FIN | ACK, 101, "");
    assertThat(reassembler.flows()).isZero();
    assertThat(reassembler.counters().get(SEGMENTS_IGNORED)).isEqualTo(2);
  }

  @Test
  void shouldReadOnWhereAForgedResetEndsNothing() {
    a(99, SYN, "");
    a(100, ACK, 500, "abc");
    a(90_000_000, RST, 0, "");
    reassembler.onTime(now + 20 * SECOND);
    assertThat(reassembler.flows()).isEqualTo(1);
    a(103, ACK, 500, "def");
    assertCalls("a abc", "a def");
  }

  /** A window of zero is probed with old bytes, with none, or with the next one again and again. */
  @Test
  void shouldReadOnBehindAZeroWindow() {
    a(99, SYN, "");
    b(499, SYN | ACK, 100, "");
    a(100, ACK, 500, "abc");
    b(500, ACK, 103, ""); // the window is full
    now += 5 * SECOND;
    a(102, ACK, 500, ""); // as Linux probes
    b(500, ACK, 103, "");
    now += 10 * SECOND;
    a(103, ACK, 500, "d"); // as the BSDs do
    b(500, ACK, 103, ""); // and it was not taken
    now += 20 * SECOND;
    a(103, ACK, 500, "d");
    b(500, ACK, 103, "");
    now += 40 * SECOND;
    b(500, ACK, 103, ""); // the window is open
    a(103, ACK, 500, "defghi");
    b(500, ACK, 109, "");
    assertThat(text(0)).isEqualTo("abcdefghi");
    assertCalls("a abc", "a d", "a efghi");
    assertThat(reassembler.counters().get(GAPS)).isZero();
    assertThat(reassembler.counters().get(DUPLICATE_BYTES)).isEqualTo(2);
  }

  @Test
  void shouldReadUrgentDataInLineAndSaySo() {
    a(99, SYN, "");
    a(100, ACK, 500, "abc");
    a(103, ACK | URG, 500, "d");
    a(104, ACK, 500, "ef");
    assertThat(text(0)).isEqualTo("abcdef");
    assertThat(flows.getFirst().urgent).isTrue();
    assertThat(reassembler.counters().get(URGENT_SEGMENTS)).isEqualTo(1);
  }

  @Test
  void shouldReadOneDirectionAlone() {
    for (int i = 0; i < 100; i++) {
      now += SECOND;
      b(500 + 3 * i, ACK, 103, "xyz");
    }
    assertThat(text(1)).isEqualTo("xyz".repeat(100));
    b(806, ACK, 103, "late"); // behind a hole that nobody acknowledges
    now += 11 * SECOND;
    b(810, ACK, 103, "r");
    assertThat(text(1)).isEqualTo("xyz".repeat(100) + "######later");
  }

  @Test
  void shouldWrapAroundWithAGapAndInBothDirections() {
    a(-5, SYN, "");
    b(Integer.MAX_VALUE - 1, SYN | ACK, -4, "");
    a(-4, ACK, Integer.MAX_VALUE, "ab");
    b(Integer.MAX_VALUE, ACK, -2, "uvw"); // over the sign
    b(Integer.MIN_VALUE + 2, ACK, -2, "xyz");
    a(2, ACK, Integer.MIN_VALUE + 5, "gh"); // over the wrap, behind four bytes that are lost
    b(Integer.MIN_VALUE + 5, ACK, 4, "");
    now += SECOND;
    a(4, ACK | FIN, Integer.MIN_VALUE + 5, "ij");
    assertCalls("a ab", "b uvw", "b xyz", "a gap 4", "a gh", "a ij", "a end FIN");
  }

  /** Whole streams of more than 4 GiB would take long: the numbers go round in large gaps. */
  @Test
  void shouldCountPositionsBeyondTheWrap() {
    a(99, SYN, "");
    long position = 0;
    int sequence = 100;
    for (int i = 0; i < 600; i++) {
      b(500, ACK, sequence + (8 << 20), ""); // the receiver has it, the capture has not
      a(sequence + (8 << 20), ACK, 500, "x");
      now += SECOND;
      a(sequence + (8 << 20) + 1, ACK, 500, "y");
      sequence += (8 << 20) + 2;
      position += (8 << 20) + 2;
    }
    assertThat(position).isGreaterThan(1L << 32);
    assertThat(flows).hasSize(1);
    assertThat(flows.getFirst().stream(0).position).isEqualTo(position);
    assertThat(reassembler.counters().get(GAP_BYTES)).isEqualTo(600L * (8 << 20));
  }

  /** Every way in which a second segment can lie over one that waits. */
  @ParameterizedTest
  @CsvSource({
    "110, GHI, 110, ghi", // the same place
    "110, GHI, 109, fghi", // from before it
    "110, GHI, 111, hij", // beyond its end
    "110, GHI, 109, fghij", // around it
    "110, GHI, 111, h", // within it
    "110, GHI, 105, bcdefg", // its first byte
    "110, GHI, 112, ijkl", // its last byte
  })
  void shouldFlagAnOverlapThatDiffers(int first, String early, int second, String late) {
    for (boolean differs : new boolean[] {true, false}) {
      reassembler.finish();
      recorders.clear();
      flows.clear();
      long before = reassembler.counters().get(OVERLAPS_DIFFERENT);
      a(99, SYN, "");
      a(first, ACK, 500, differs ? early : early.toLowerCase(Locale.ROOT));
      a(second, ACK, 500, late);
      a(100, ACK, 500, "0123456789".substring(0, Math.min(10, second - 100)));
      reassembler.finish();
      assertThat(text(0)).contains(differs ? early : early.toLowerCase(Locale.ROOT));
      assertThat(flows.getFirst().overlapDiffers).isEqualTo(differs);
      assertThat(reassembler.counters().get(OVERLAPS_DIFFERENT) - before)
          .isEqualTo(differs ? 1 : 0);
    }
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
