package io.sluice.kernelfilter;

/**
 * What the kernel program counts. The order is that of {@code enum filter_counter} in {@code
 * http_filter.h} and only ever grows at its end: stored health records know these by number.
 *
 * <p>Identity: {@link #SEEN} = Σ {@link Kind#KEPT} + Σ {@link Kind#FILTERED}.
 */
public enum FilterCounter {
  SEEN(Kind.SEEN, "Packets that reached the filter while its gate was open."),
  KEPT_ADMITTED(
      Kind.KEPT, "Packets kept because their payload has the shape of a message's start."),
  KEPT_SESSION(Kind.KEPT, "Packets kept whole because they carry payload of a session."),
  KEPT_CLOSING(Kind.KEPT, "FIN and RST packets without payload kept because they end a session."),
  FILTERED_NOT_IP(Kind.FILTERED, "Frames that are neither IPv4 nor IPv6."),
  FILTERED_NOT_TCP(Kind.FILTERED, "IP packets that carry no TCP."),
  FILTERED_FRAGMENT(Kind.FILTERED, "IP fragments other than the first."),
  FILTERED_MALFORMED(
      Kind.FILTERED, "Packets whose header lengths contradict each other or the frame."),
  FILTERED_NO_PAYLOAD(Kind.FILTERED, "TCP packets without payload that end nothing: SYN and ACK."),
  FILTERED_NO_SESSION(Kind.FILTERED, "TCP packets of no session."),
  FILTERED_EXPIRED(Kind.FILTERED, "TCP packets of a session that was idle too long."),
  SESSION_INSERTED(Kind.BESIDE, "Sessions entered, as unconfirmed."),
  SESSION_REFRESHED(Kind.BESIDE, "Packets that refreshed their session."),
  SESSION_CONFIRMED(Kind.BESIDE, "Sessions of which the second end has sent payload."),
  SESSION_EXPIRED(Kind.BESIDE, "Sessions found idle too long and begun anew by the same packet."),
  SESSION_REFUSED(Kind.BESIDE, "Sessions that got no entry; the packet was kept all the same."),
  CONFIRMED_FULL(
      Kind.BESIDE, "Packets that found the confirmed map full; the session stays unconfirmed."),
  FIRST_FRAGMENTS(
      Kind.BESIDE, "First fragments with TCP payload; the rest of their payload is lost."),
  KEPT_TRIMMED(
      Kind.KEPT, "Packets of a session kept without their end, which is provably inside a body."),
  KEPT_WIRE_BYTES(Kind.BESIDE, "Bytes that kept packets had on the wire."),
  KEPT_COPIED_BYTES(Kind.BESIDE, "Bytes of kept packets that were copied to user space."),
  HTTP2_PREFACES(Kind.BESIDE, "Sessions opened by the HTTP/2 preface."),
  SESSIONS_COPIED_WHOLE(Kind.BESIDE, "Sessions no longer followed, so copied whole to their end."),
  FILTERED_PORT(
      Kind.FILTERED, "Packets that would have opened a session on a port that is left out."),
  FILTERED_ADDRESS(
      Kind.FILTERED, "Packets that would have opened a session of an address that is left out."),
  FILTERED_SAMPLE(
      Kind.FILTERED, "Packets that would have opened a session that is not in the sample."),
  FILTERED_DIRECTION(Kind.FILTERED, "Packets of sessions, of the direction that is left out."),
  TUNNELLED(Kind.BESIDE, "Packets that were looked at inside a tunnel's."),
  SEGMENTS_REPEATED(
      Kind.BESIDE,
      "Segments of a session that begin as the one before of their direction did: sent again, or"
          + " seen twice by a mirror port."),
  NETWORKS_MIXED(
      Kind.BESIDE,
      "Segments of a session that came in another VLAN, VNI or tunnel key than the one before of"
          + " their direction."),
  SESSIONS_RESTARTED(Kind.BESIDE, "Sessions that went on with a new connection of the same ends."),
  SESSIONS_NOT_HTTP(
      Kind.BESIDE,
      "Sessions whose first line, or a later message's, has ended as no request line of HTTP/1."
          + " Counted where bodies are trimmed.");

  /** How a counter enters the identity. */
  public enum Kind {
    SEEN,
    KEPT,
    FILTERED,
    /** Says what happened beside; in no identity. */
    BESIDE
  }

  private final Kind kind;
  private final String help;

  FilterCounter(Kind kind, String help) {
    this.kind = kind;
    this.help = help;
  }

  public Kind kind() {
    return kind;
  }

  /** One sentence for the operator: what was counted. */
  public String help() {
    return help;
  }
}
