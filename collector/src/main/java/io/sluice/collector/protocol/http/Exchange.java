package io.sluice.collector.protocol.http;

import io.sluice.collector.event.RequestEvent;
import java.util.List;

/** A request as far as it was seen, and its reply once that is known. One worker thread, pooled. */
final class Exchange {
  /** Which endpoint sent it. */
  boolean fromLow;

  /** Sequence number of the first byte, for the event's id. */
  int sequence;

  /** Position of the first byte in its stream. */
  long start;

  /** How much of the reply stream the client had received when it sent the first byte. */
  long peer;

  long firstNs;

  /** When a response is waited for no longer, packet time. */
  long deadlineNs;

  String method;
  String target;

  /** Where the message names one by itself; else null. */
  String scheme;

  String host;
  String authority;
  String version;
  String userAgent;
  String referrer;
  String contentType;
  String realClientIp;
  List<RequestEvent.Header> headers = List.of();
  long headerBytes;
  long bodyBytes;
  long gapBytes;
  int depth;
  long flags;
  boolean connectionClose;
  boolean isHead;
  boolean isConnect;
  boolean hasUpgrade;

  /** All of the request was seen, or will not be. */
  boolean done;

  /** Requests may have been lost between the one before and this one. */
  boolean gapBefore;

  /** No reply will be given to it any more. */
  boolean settled;

  boolean emitted;
  Reply reply;

  void clear() {
    scheme = null;
    host = null;
    authority = null;
    userAgent = null;
    referrer = null;
    contentType = null;
    realClientIp = null;
    headers = List.of();
    bodyBytes = 0;
    gapBytes = 0;
    flags = 0;
    done = false;
    gapBefore = false;
    settled = false;
    emitted = false;
    reply = null;
  }

  boolean awaitsReply() {
    return reply == null && !settled;
  }

  /** Behind an answer with the status both directions are a tunnel (RFC 9110, 9.3.6). */
  boolean leavesHttp(int status) {
    return isConnect && status >= 200 && status < 300;
  }

  /** Nothing more will become known about it. */
  boolean complete() {
    return done && (settled || reply != null && reply.done);
  }
}
