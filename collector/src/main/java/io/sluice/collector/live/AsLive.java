package io.sluice.collector.live;

import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.FrameHandler;
import io.sluice.collector.capture.LinkType;
import io.sluice.kernelfilter.FilterModel;

/**
 * Passes on of a capture file's frames what the kernel filter would have kept of them live. Frames
 * of other link layers than Ethernet pass untouched: the filter is for Ethernet. Owned by one
 * worker thread.
 */
public final class AsLive implements FrameHandler {
  private final FilterModel filter;
  private final FrameHandler next;

  public AsLive(FilterModel filter, FrameHandler next) {
    this.filter = filter;
    this.next = next;
  }

  @Override
  public void onFrame(Frame frame) {
    if (frame.linkType == LinkType.ETHERNET) {
      int verdict =
          filter.verdict(frame.memory, frame.offset, frame.capturedLength, frame.timestampNs);
      if (verdict == FilterModel.NOTHING) {
        return;
      }
      // The source fills the frame anew for the next packet.
      frame.capturedLength = (int) Math.min(frame.capturedLength, verdict & 0xffff_ffffL);
    }
    next.onFrame(frame);
  }
}
