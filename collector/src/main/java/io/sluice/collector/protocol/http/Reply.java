package io.sluice.collector.protocol.http;

import io.sluice.collector.event.RequestEvent;
import java.util.List;

/** A final response, as far as it was seen. Owned by one worker thread, pooled. */
final class Reply {
  /** Position of the first byte in its stream. */
  long start;

  /** How much of the request stream the server had received when it sent the first byte. */
  long peer;

  long firstNs;
  long lastNs;
  int status;
  String reason;
  String contentType;
  List<RequestEvent.Header> headers = List.of();

  /** Or -1. */
  int grpcStatus = -1;

  long headerBytes;
  long bodyBytes;
  long gapBytes;
  long flags;
  boolean connectionClose;

  /** Replies may have been lost between the one before and this one. */
  boolean gapBefore;

  /** All of it was seen, or will not be. */
  boolean done;

  void clear() {
    reason = null;
    contentType = null;
    grpcStatus = -1;
    headers = List.of();
    headerBytes = 0;
    bodyBytes = 0;
    gapBytes = 0;
    flags = 0;
    done = false;
    gapBefore = false;
  }
}
