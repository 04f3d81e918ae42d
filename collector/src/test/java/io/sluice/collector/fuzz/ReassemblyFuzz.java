package io.sluice.collector.fuzz;

import io.sluice.collector.decode.TcpSegment;
import io.sluice.collector.reassembly.EndReason;
import io.sluice.collector.reassembly.ReassemblyCounter;
import io.sluice.collector.reassembly.ReassemblyOptions;
import io.sluice.collector.reassembly.StreamHandler;
import io.sluice.collector.reassembly.TcpFlow;
import io.sluice.collector.reassembly.TcpReassembler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Segments of three flows in any order, with small bounds: each stream's positions follow each
 * other without a hole, nothing comes behind an end, every handler is closed, every byte is
 * accounted for. Input: segments of 9 bytes.
 */
public final class ReassemblyFuzz {
  private static final int MAX_PAYLOAD = 4096;
  private static final int MAX_SEGMENTS = 2000;
  private static final MemorySegment MEMORY = filled();

  private ReassemblyFuzz() {}

  private static MemorySegment filled() {
    MemorySegment memory = Arena.global().allocate(MAX_PAYLOAD + 256);
    for (int i = 0; i < memory.byteSize(); i++) {
      memory.set(ValueLayout.JAVA_BYTE, i, (byte) i);
    }
    return memory;
  }

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput input = new FuzzInput(data);
    int[] open = {0};
    ReassemblyOptions defaults = ReassemblyOptions.defaults();
    ReassemblyOptions options =
        new ReassemblyOptions(
            2,
            8 << 10,
            16 << 10,
            defaults.idleTimeoutNs(),
            defaults.halfOpenTimeoutNs(),
            defaults.closedTimeoutNs(),
            defaults.reorderWindowNs(),
            defaults.holeTimeoutNs());
    TcpReassembler reassembler =
        new TcpReassembler(
            options,
            flow -> {
              open[0]++;
              return new Checker(flow, open);
            });
    TcpSegment s = new TcpSegment();
    s.memory = MEMORY;
    s.vlan = -1;
    long nowNs = 1_000_000_000_000L;
    for (int i = 0; i < MAX_SEGMENTS && input.hasMore(); i++) {
      int control = input.u8();
      boolean fromClient = (control & 1) != 0;
      int flow = (control >> 1) % 3;
      s.sourceLow = fromClient ? 1 : 2;
      s.destinationLow = fromClient ? 2 : 1;
      s.sourcePort = fromClient ? 1000 + flow : 80;
      s.destinationPort = fromClient ? 80 : 1000 + flow;
      s.flags =
          input.u8()
              & (TcpSegment.FIN
                  | TcpSegment.SYN
                  | TcpSegment.RST
                  | TcpSegment.ACK
                  | TcpSegment.URG);
      s.sequence = place(input, control);
      s.acknowledgement = place(input, control);
      s.payloadLength = (control & 0x40) == 0 ? input.u8() : input.u8() * MAX_PAYLOAD / 256;
      s.capturedLength = (control & 0x20) == 0 ? s.payloadLength : s.payloadLength / 3;
      s.payloadOffset = input.u8();
      int step = input.u8();
      nowNs += step < 0x80 ? step * 1000L : step < 0xf0 ? step * 10_000_000L : -step * 1000L;
      s.timestampNs = nowNs;
      reassembler.onSegment(s);
      if (ReassemblyCounter.unaccounted(reassembler.counters()) != 0) {
        throw new IllegalStateException("bytes are not accounted for at segment " + i);
      }
    }
    reassembler.finish();
    boolean closed =
        ReassemblyCounter.unaccounted(reassembler.counters()) == 0
            && reassembler.counters().get(ReassemblyCounter.BUFFERED_BYTES) == 0
            && reassembler.flows() == 0
            && open[0] == 0;
    if (!closed) {
      throw new IllegalStateException("something is left at the end");
    }
  }

  /** Around the wrap, and now and then far away. */
  private static int place(FuzzInput input, int control) {
    int value = input.u16();
    return (control & 0x80) == 0 ? value - 0x8000 : value << 16;
  }

  private static final class Checker implements StreamHandler {
    private final TcpFlow flow;
    private final int[] open;
    private final long[] next = {Long.MIN_VALUE, Long.MIN_VALUE};
    private final boolean[] ended = new boolean[2];

    Checker(TcpFlow flow, int[] open) {
      this.flow = flow;
      this.open = open;
    }

    private void advance(int side, long length) {
      long position = flow.stream(side).position;
      boolean follows = next[side] == Long.MIN_VALUE || next[side] == position;
      if (!follows || ended[side] || length <= 0) {
        throw new IllegalStateException("side " + side + " jumps to " + position);
      }
      next[side] = position + length;
    }

    @Override
    public void onData(int side, MemorySegment memory, long offset, int length) {
      memory.asSlice(offset, length);
      advance(side, length);
    }

    @Override
    public void onGap(int side, long length) {
      advanceOverGap(side, length);
    }

    @Override
    public long onCut(int side, long length) {
      advanceOverGap(side, length);
      return length / 2;
    }

    private void advanceOverGap(int side, long length) {
      if (ended[side] || length <= 0) {
        throw new IllegalStateException("a gap of " + length + " behind the end");
      }
      if (next[side] != Long.MIN_VALUE) {
        next[side] += length;
      }
    }

    @Override
    public void onEnd(int side, EndReason reason) {
      if (ended[side]) {
        throw new IllegalStateException("side " + side + " ends twice");
      }
      ended[side] = true;
    }

    @Override
    public void onTime(long nowNs) {}

    @Override
    public long deadlineNs() {
      return Long.MAX_VALUE;
    }

    @Override
    public void onClose() {
      if (!ended[0] || !ended[1]) {
        throw new IllegalStateException("closed before its end");
      }
      open[0]--;
    }
  }
}
