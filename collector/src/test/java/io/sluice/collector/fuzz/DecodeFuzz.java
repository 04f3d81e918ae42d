package io.sluice.collector.fuzz;

import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.LinkType;
import io.sluice.collector.decode.DecodeCounter;
import io.sluice.collector.decode.PacketDecoder;
import io.sluice.collector.decode.TcpSegment;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Frames of any link type: nothing is read outside of a frame, a segment lies inside of it, and
 * every frame is counted once. Input: frames, each as link type, length (2 bytes) and bytes.
 */
public final class DecodeFuzz {
  private static final int MAX_FRAMES = 8;

  private DecodeFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput input = new FuzzInput(data);
    PacketDecoder decoder = new PacketDecoder();
    Frame frame = new Frame();
    frame.vlanTci = Frame.NO_VLAN;
    for (int i = 0; i < MAX_FRAMES && input.hasMore(); i++) {
      LinkType[] types = LinkType.values();
      frame.linkType = types[input.u8() % types.length];
      byte[] bytes = input.take(input.u16());
      try (Arena arena = Arena.ofConfined()) {
        // A memory of exactly the frame: reading behind it throws.
        MemorySegment memory = arena.allocate(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
        frame.memory = memory.asSlice(0, bytes.length);
        frame.offset = 0;
        frame.capturedLength = bytes.length;
        frame.wireLength = bytes.length + (input.u8() & 1) * 100;
        frame.timestampNs = i * 1_000_000_000L;
        TcpSegment segment = decoder.decode(frame);
        if (segment != null) {
          check(segment);
        }
      }
    }
    if (DecodeCounter.unaccounted(decoder.counters()) != 0) {
      throw new IllegalStateException("frames are not accounted for");
    }
  }

  private static void check(TcpSegment s) {
    boolean inside =
        s.capturedLength >= 0
            && s.capturedLength <= s.payloadLength
            && s.payloadOffset >= 0
            && (s.capturedLength == 0 || s.payloadOffset + s.capturedLength <= s.memory.byteSize());
    boolean ports = (s.sourcePort | s.destinationPort) >>> 16 == 0;
    if (!inside || !ports || s.vlan < -1 || s.vlan > 4095) {
      throw new IllegalStateException(
          "%d..+%d of %d, %d captured, vlan %d"
              .formatted(
                  s.payloadOffset, s.payloadLength, s.memory.byteSize(), s.capturedLength, s.vlan));
    }
  }
}
