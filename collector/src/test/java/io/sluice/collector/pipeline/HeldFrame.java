package io.sluice.collector.pipeline;

import io.sluice.collector.capture.CaptureFile;
import io.sluice.collector.capture.CaptureFileException;
import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.FrameHandler;
import io.sluice.collector.capture.LinkType;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.testing.Replay;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A frame as it was captured, by value.
 *
 * @param wire bytes that it had on the wire
 * @param ns packet time, nanoseconds since 1970 UTC
 */
record HeldFrame(byte[] bytes, int wire, long ns, LinkType link, int vlanTci) {
  private static final int MOST_BYTES = 1 << 18;
  private static final int BATCH = 1024;

  HeldFrame cutTo(int length) {
    byte[] start = Arrays.copyOf(bytes, Math.min(length, bytes.length));
    return new HeldFrame(start, wire, ns, link, vlanTci);
  }

  HeldFrame at(long otherNs) {
    return new HeldFrame(bytes, wire, otherNs, link, vlanTci);
  }

  /** The frames of a capture to its end, or to its damage. */
  static List<HeldFrame> allOf(Path capture) {
    List<HeldFrame> frames = new ArrayList<>();
    try (CaptureFile file = CaptureFile.open(capture)) {
      addAll(file, frames);
    } catch (CaptureFileException e) {
      System.err.println(e.getMessage());
    }
    return frames;
  }

  /** The frames of a capture, which is closed then. */
  static List<HeldFrame> allOf(CaptureFile capture) throws CaptureFileException {
    List<HeldFrame> frames = new ArrayList<>();
    try (capture) {
      addAll(capture, frames);
    }
    return frames;
  }

  private static void addAll(CaptureFile file, List<HeldFrame> frames) throws CaptureFileException {
    FrameHandler keep =
        frame -> {
          byte[] bytes = new byte[frame.capturedLength];
          MemorySegment.copy(
              frame.memory, ValueLayout.JAVA_BYTE, frame.offset, bytes, 0, bytes.length);
          frames.add(
              new HeldFrame(
                  bytes, frame.wireLength, frame.timestampNs, frame.linkType, frame.vlanTci));
        };
    while (file.poll(keep, BATCH) > 0) {
      // each frame is kept
    }
  }

  /** What one pipeline makes of the frames; its ledger must close. */
  static List<RequestEvent> events(List<HeldFrame> frames) {
    List<RequestEvent> events = new ArrayList<>();
    PacketPipeline pipeline = new PacketPipeline(PipelineOptions.defaults(), events::add);
    try (Arena arena = Arena.ofConfined()) {
      Frame frame = new Frame();
      frame.memory = arena.allocate(MOST_BYTES);
      for (HeldFrame held : frames) {
        frame.capturedLength = held.bytes.length;
        frame.offset = MOST_BYTES - held.bytes.length; // reading behind it is found out
        MemorySegment.copy(
            held.bytes, 0, frame.memory, ValueLayout.JAVA_BYTE, frame.offset, held.bytes.length);
        frame.wireLength = held.wire;
        frame.timestampNs = held.ns;
        frame.linkType = held.link;
        frame.vlanTci = held.vlanTci;
        pipeline.onFrame(frame);
      }
      pipeline.finish();
      Replay.assertLedgerClosed(pipeline, events.size());
    }
    return events;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeldFrame it
        && Arrays.equals(bytes, it.bytes)
        && wire == it.wire
        && ns == it.ns
        && link == it.link
        && vlanTci == it.vlanTci;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "%d of %d bytes at %d ns, %s: %s"
        .formatted(bytes.length, wire, ns, link, HexFormat.of().formatHex(bytes));
  }
}
