package io.sluice.collector.capture;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a capture file delivered: the frames as values, and the failure that ended it, if any. */
record ReadFrames(List<Copy> frames, CaptureFileException failure) {
  record Copy(String data, int wireLength, long timestampNs, LinkType linkType) {}

  static ReadFrames of(Path file) {
    List<Copy> frames = new ArrayList<>();
    try (CaptureFile capture = CaptureFile.open(file)) {
      return drain(capture, frames);
    } catch (CaptureFileException e) {
      return new ReadFrames(frames, e);
    }
  }

  static ReadFrames of(byte[] stream) {
    List<Copy> frames = new ArrayList<>();
    try (CaptureFile capture = CaptureFile.of(new ByteArrayInputStream(stream), "test")) {
      return drain(capture, frames);
    } catch (CaptureFileException e) {
      return new ReadFrames(frames, e);
    }
  }

  private static ReadFrames drain(CaptureFile capture, List<Copy> frames)
      throws CaptureFileException {
    while (capture.poll(frame -> frames.add(copy(frame)), 3) > 0) {}
    return new ReadFrames(frames, null);
  }

  private static Copy copy(Frame frame) {
    byte[] data =
        frame.memory.asSlice(frame.offset, frame.capturedLength).toArray(ValueLayout.JAVA_BYTE);
    return new Copy(
        new String(data, ISO_8859_1), frame.wireLength, frame.timestampNs, frame.linkType);
  }
}
