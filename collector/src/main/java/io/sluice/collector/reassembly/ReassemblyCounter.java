package io.sluice.collector.reassembly;

import io.sluice.collector.counters.Counter;
import io.sluice.collector.counters.Counters;

/**
 * TCP payload in bytes: PAYLOAD_BYTES is the sum of DELIVERED_BYTES to BUFFERED_BYTES, of which the
 * last falls again. Gaps stand beside it: they were never seen.
 */
public enum ReassemblyCounter implements Counter {
  PAYLOAD_BYTES("TCP payload bytes on the wire in the segments taken from decode."),
  DELIVERED_BYTES("Bytes handed to a protocol, each once."),
  TRIMMED_BYTES("Bytes of a message body that capture cut off: known to be there, not needed."),
  CUT_BYTES("Bytes outside of a body that capture cut off, delivered as a gap."),
  DUPLICATE_BYTES("Bytes that had come before: retransmissions, keep-alive probes, overlaps."),
  DISCARDED_BEFORE_START_BYTES(
      "Bytes from before the first one of a stream that was picked up midway, captured behind it."),
  DISCARDED_AFTER_END_BYTES("Bytes after the sender's own end of its stream."),
  DISCARDED_OUT_OF_WINDOW_BYTES("Bytes with sequence numbers far from those expected."),
  DISCARDED_NO_PAGE_BYTES("Bytes that found no buffer though others were evicted for them."),
  BUFFERED_BYTES("Bytes that wait for those before them."),
  GAP_BYTES("Bytes never seen that lay before bytes seen, delivered as gaps."),
  GAPS("Gaps delivered, cut segments included."),
  GAPS_FORCED("Gaps declared because a buffer was full, before it was certain."),
  OVERLAPS_DIFFERENT("Overlapping segments whose bytes differ; the byte that came first stays."),
  SEGMENTS("Segments taken from decode."),
  SEGMENTS_IGNORED("Segments without payload that belong to no flow."),
  OUT_OF_ORDER_SEGMENTS("Segments that came before those in front of them."),
  URGENT_SEGMENTS("Segments with urgent data, which is delivered in line.");

  private final String help;

  ReassemblyCounter(String help) {
    this.help = help;
  }

  @Override
  public String help() {
    return help;
  }

  private static final ReassemblyCounter[] ALL = values();

  /** Payload minus everything that payload can become: zero between two segments. */
  public static long unaccounted(Counters<ReassemblyCounter> counters) {
    long rest = counters.get(PAYLOAD_BYTES);
    for (int i = DELIVERED_BYTES.ordinal(); i <= BUFFERED_BYTES.ordinal(); i++) {
      rest -= counters.get(ALL[i]);
    }
    return rest;
  }
}
