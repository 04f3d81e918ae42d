package io.sluice.bench.traffic;

import java.nio.charset.StandardCharsets;

/** Puts bodies of the mix's sizes into a side's outgoing bytes. Shared by all sessions. */
final class MessageBodies {
  private static final byte[] LINE_END = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int LARGEST_CHUNK = 16 * 1024;

  private final Dice dice;
  private final Mix mix;
  private final Filler filler;

  MessageBodies(Dice dice, Mix mix) {
    this.dice = dice;
    this.mix = mix;
    filler = new Filler(dice, 4 * Mix.LARGE_BODY);
  }

  /** 200..16,384 bytes, or 1 MiB. */
  int length(double large) {
    return dice.chance(large)
        ? Mix.LARGE_BODY
        : dice.logUniform(Mix.SMALLEST_BODY, Mix.LARGEST_SMALL_BODY);
  }

  Framing framing() {
    return dice.chance(mix.chunked()) ? Framing.CHUNKED : Framing.CONTENT_LENGTH;
  }

  void add(Outgoing outgoing, Framing framing, int length) {
    int offset = filler.offset(dice, length);
    switch (framing) {
      case NONE -> {}
      case CONTENT_LENGTH, UNTIL_CLOSE -> outgoing.borrow(filler.bytes(), offset, length);
      case CHUNKED -> {
        int chunk = Math.min(LARGEST_CHUNK, dice.logUniform(256, 4 * LARGEST_CHUNK));
        for (int done = 0; done < length; done += chunk) {
          int part = Math.min(chunk, length - done);
          byte[] size = Integer.toHexString(part).getBytes(StandardCharsets.US_ASCII);
          outgoing.copy(size, 0, size.length);
          outgoing.copy(LINE_END, 0, LINE_END.length);
          outgoing.borrow(filler.bytes(), offset + done, part);
          outgoing.copy(LINE_END, 0, LINE_END.length);
        }
        outgoing.copy(LAST_CHUNK, 0, LAST_CHUNK.length);
      }
    }
  }
}
