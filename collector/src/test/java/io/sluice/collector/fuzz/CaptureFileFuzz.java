package io.sluice.collector.fuzz;

import io.sluice.collector.capture.CaptureFile;
import io.sluice.collector.capture.CaptureFileException;
import io.sluice.collector.capture.Frame;
import java.io.ByteArrayInputStream;

/**
 * Capture files of any content: pcap, pcapng, gzip, zstd or none. They end with a message or with
 * the file, and frames lie in memory that is there. Input: the file.
 */
public final class CaptureFileFuzz {
  private static final int FRAMES_PER_POLL = 16;

  private CaptureFileFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length >= 4 && isCompressed(data)) {
      return; // a bomb would take time and find nothing
    }
    try (CaptureFile file = CaptureFile.of(new ByteArrayInputStream(data), "fuzz")) {
      int frames = 0;
      int polled;
      while ((polled = file.poll(CaptureFileFuzz::check, FRAMES_PER_POLL)) > 0) {
        frames += polled;
      }
      if (frames > data.length) {
        throw new IllegalStateException("more frames than bytes");
      }
    } catch (CaptureFileException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.startsWith("cannot ") || message.indexOf('\n') >= 0) {
        throw new IllegalStateException("not one line of explanation", e);
      }
    }
  }

  private static boolean isCompressed(byte[] data) {
    int magic = (data[0] & 0xff) << 8 | data[1] & 0xff;
    return magic == 0x1f8b || magic == 0x28b5;
  }

  private static void check(Frame frame) {
    boolean possible = frame.capturedLength >= 0 && frame.wireLength >= 0 && frame.linkType != null;
    if (!possible) {
      throw new IllegalStateException("an impossible frame");
    }
    frame.memory.asSlice(frame.offset, frame.capturedLength);
  }
}
