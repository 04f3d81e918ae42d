package io.sluice.collector.capture;

import java.io.EOFException;
import java.io.IOException;

/** Words for what is wrong with a capture file. */
final class CaptureDamage {
  private static final String COPY_AGAIN =
      "what comes before was read; copy or capture it again for the rest";

  private final String file;
  private final ByteWindow window;

  CaptureDamage(String file, ByteWindow window) {
    this.file = file;
    this.window = window;
  }

  /** The bytes end within something. */
  CaptureFileException cutOff(String within) {
    IOException failure = window.failure();
    if (failure != null) {
      return streamFailed(failure);
    }
    return new CaptureFileException(
        file,
        "cut off within "
            + within
            + ", after byte "
            + (window.offsetInCapture() + window.available()),
        COPY_AGAIN);
  }

  /** The bytes say something that cannot be. */
  CaptureFileException damaged(String what) {
    return new CaptureFileException(
        file, "damaged at byte " + window.offsetInCapture() + ": " + what, COPY_AGAIN);
  }

  /** Throws where the stream under the window did not end by itself. */
  void checkEndOfStream() throws CaptureFileException {
    if (window.failure() != null) {
      throw streamFailed(window.failure());
    }
  }

  private CaptureFileException streamFailed(IOException failure) {
    String cause =
        failure instanceof EOFException
            ? "its compressed data is cut off"
            : String.valueOf(failure.getMessage());
    return new CaptureFileException(file, cause, COPY_AGAIN, failure);
  }
}
