package io.sluice.collector.capture;

/** Takes the frames of a source, one at a time, on the worker's thread. */
@FunctionalInterface
public interface FrameHandler {
  /** The frame is borrowed: copy what must outlive the call. Must not throw on any bytes. */
  void onFrame(Frame frame);
}
