package io.sluice.bench.traffic;

import java.io.IOException;

/** The wire that the sensor listens to: one frame after the other, at a rate, with jitter. */
final class Wire {
  /** Preamble, frame check sequence and gap between frames. */
  private static final int FRAMING_BYTES = 24;

  private final PcapWriter file;
  private final Dice dice;
  private final double nsPerByte;
  private long nowNs;

  Wire(PcapWriter file, Dice dice, double megabitsPerSecond, long startNs) {
    this.file = file;
    this.dice = dice;
    nsPerByte = 8000 / megabitsPerSecond;
    nowNs = startNs;
  }

  byte[] buffer() {
    return file.buffer();
  }

  int begin() throws IOException {
    return file.begin();
  }

  void end(int length) {
    nowNs += (long) ((length + FRAMING_BYTES) * nsPerByte * (0.5 + dice.fraction()));
    file.end(length, nowNs);
  }

  long nowNs() {
    return nowNs;
  }

  long bytes() {
    return file.bytes();
  }

  long frames() {
    return file.frames();
  }
}
