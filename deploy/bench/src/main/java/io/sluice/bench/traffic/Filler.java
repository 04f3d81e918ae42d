package io.sluice.bench.traffic;

import java.nio.charset.StandardCharsets;

/** What bodies are made of: markup-like text in one array that all connections share. */
final class Filler {
  private static final String[] WORDS = {
    "stream",
    "window",
    "sensor",
    "packet",
    "<p>",
    "</p>\n",
    "header",
    "of",
    "the",
    "and",
    "value",
    "<td class=\"n\">",
    "</td>",
    "event",
    "0.25",
    "42",
    "kernel",
    "\n",
    "a",
    "filter",
    "{\"k\":1}"
  };

  private final byte[] bytes;

  Filler(Dice dice, int length) {
    StringBuilder text = new StringBuilder(length + 16);
    while (text.length() < length) {
      text.append(dice.pick(WORDS)).append(' ');
    }
    bytes = text.substring(0, length).getBytes(StandardCharsets.US_ASCII);
  }

  byte[] bytes() {
    return bytes;
  }

  /** Where a body of that length may start. */
  int offset(Dice dice, int length) {
    return dice.below(bytes.length - length + 1);
  }
}
