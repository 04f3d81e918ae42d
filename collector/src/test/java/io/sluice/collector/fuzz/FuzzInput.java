package io.sluice.collector.fuzz;

/** Takes values from a fuzzer's bytes; behind their end everything is 0. */
final class FuzzInput {
  private final byte[] bytes;
  private int at;

  FuzzInput(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean hasMore() {
    return at < bytes.length;
  }

  int u8() {
    return at < bytes.length ? bytes[at++] & 0xff : 0;
  }

  int u16() {
    return u8() << 8 | u8();
  }

  byte[] take(int count) {
    int taken = Math.min(count, bytes.length - at);
    byte[] part = new byte[taken];
    System.arraycopy(bytes, at, part, 0, taken);
    at += taken;
    return part;
  }

  byte[] rest() {
    return take(bytes.length - at);
  }
}
