package io.sluice.bench.traffic;

import io.sluice.bench.traffic.CaptureFrames.Segment;
import java.io.ByteArrayOutputStream;
import java.util.TreeMap;

/** One direction's segments, sorted at the end. */
final class WholeStream {
  private final TreeMap<Integer, byte[]> segments = new TreeMap<>();
  private int first;

  void add(Segment segment) {
    if ((segment.flags() & TcpSide.SYN) != 0) {
      first = segment.sequence() + 1;
    } else if (segment.payload().length > 0) {
      segments.put(segment.sequence() - first, segment.payload());
    }
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    segments.forEach((offset, payload) -> {
      if (offset != bytes.size()) {
        throw new AssertionError("a hole before byte " + offset);
      }
      bytes.writeBytes(payload);
    });
    return bytes.toByteArray();
  }
}
