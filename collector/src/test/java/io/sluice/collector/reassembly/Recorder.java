package io.sluice.collector.reassembly;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a protocol is told; side 0 is "a", side 1 is "b". */
final class Recorder implements StreamHandler {
  final List<String> calls = new ArrayList<>();
  final StringBuilder[] text = {new StringBuilder(), new StringBuilder()};

  @Override
  public void onData(int side, MemorySegment memory, long offset, int length) {
    byte[] bytes = memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    String data = new String(bytes, StandardCharsets.ISO_8859_1);
    text[side].append(data);
    calls.add(name(side) + " " + data);
  }

  @Override
  public void onGap(int side, long length) {
    text[side].append("#".repeat((int) Math.min(length, 10_000)));
    calls.add(name(side) + " gap " + length);
  }

  @Override
  public long onCut(int side, long length) {
    text[side].append("#".repeat((int) Math.min(length, 10_000)));
    calls.add(name(side) + " cut " + length);
    return 0;
  }

  @Override
  public void onEnd(int side, EndReason reason) {
    calls.add(name(side) + " end " + reason);
  }

  @Override
  public void onTime(long nowNs) {
    calls.add("time");
  }

  @Override
  public long deadlineNs() {
    return Long.MAX_VALUE;
  }

  @Override
  public void onClose() {
    calls.add("close");
  }

  private static String name(int side) {
    return side == 0 ? "a" : "b";
  }
}
