package io.sluice.collector.capture;

import io.sluice.collector.counters.Counter;

/** What happened to frames between the kernel and the decoder. Only ever appended to. */
public enum CaptureCounter implements Counter {
  FRAMES_READ("Frames that were handed to the decoder."),
  BYTES_READ("Bytes of those frames as captured."),
  BYTES_ON_WIRE("Bytes of those frames as they were on the wire."),
  FRAMES_TRIMMED("Frames of which the filter kept only the first bytes."),
  FRAMES_OUTGOING(
      "Outgoing copies of loopback frames, left out here because the kernel could not."),
  RING_KEPT("Frames that the filter kept for the ring."),
  RING_DROPPED(
      "Frames that found the ring full and are lost; the ring was too small or the worker too slow."),
  RING_FREEZES("Times that the ring was full."),
  BLOCKS_READ("Blocks of the ring that were read and given back."),
  BLOCKS_CONTRADICTORY(
      "Blocks of the ring whose rest was left unread because its lengths contradict themselves."),
  FRAMES_TRUNCATED("Frames that were cut because they are larger than a block of the ring."),
  FRAMES_TIMED_BY_CARD("Frames whose time the network card took.");

  private final String help;

  CaptureCounter(String help) {
    this.help = help;
  }

  @Override
  public String help() {
    return help;
  }
}
