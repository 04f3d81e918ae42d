package io.sluice.kernelfilter;

import java.time.Duration;

/**
 * What is fixed when the filter is loaded. What is switched off is not in the loaded program, and
 * costs nothing.
 *
 * @param unconfirmedSessions room for sessions of which one end has sent, 1..16,777,216; the least
 *     recently used make room
 * @param confirmedSessions room for sessions of which both ends have sent, 1..16,777,216
 * @param idleTimeoutNs a session without a kept packet for longer than this is over, 1 or more
 * @param startsOpen keeps and counts from the first packet on, without {@link HttpFilter#openGate}:
 *     for tests and for captures with one socket
 * @param trims leaves away the end of a frame where it is provably inside a body; the frame's
 *     length on the wire says how much is missing
 * @param selection of sessions
 * @param direction of the packets that are kept
 * @param tunnels that are looked into
 */
public record FilterOptions(
    int unconfirmedSessions,
    int confirmedSessions,
    long idleTimeoutNs,
    boolean startsOpen,
    boolean trims,
    Selection selection,
    Direction direction,
    Tunnels tunnels) {
  public static final int MAX_SESSIONS = 1 << 24;

  /**
   * Of a session's packets with payload. FIN and RST without payload are kept of both directions.
   */
  public enum Direction {
    BOTH,
    TO_SERVER,
    TO_CLIENT
  }

  public FilterOptions {
    requireSessions("unconfirmedSessions", unconfirmedSessions);
    requireSessions("confirmedSessions", confirmedSessions);
    if (idleTimeoutNs < 1) {
      throw new IllegalArgumentException("idleTimeoutNs must be 1 or more: " + idleTimeoutNs);
    }
  }

  private static void requireSessions(String name, int sessions) {
    if (sessions < 1 || sessions > MAX_SESSIONS) {
      throw new IllegalArgumentException(name + " must be 1.." + MAX_SESSIONS + ": " + sessions);
    }
  }

  /**
   * 65,536 sessions of each kind, 30 seconds, gate closed, trimming; all sessions, both directions,
   * no tunnels.
   */
  public static FilterOptions defaults() {
    return new FilterOptions(
        65_536,
        65_536,
        Duration.ofSeconds(30).toNanos(),
        false,
        true,
        Selection.ALL,
        Direction.BOTH,
        Tunnels.NONE);
  }

  public FilterOptions withSessions(int unconfirmed, int confirmed) {
    return new FilterOptions(
        unconfirmed, confirmed, idleTimeoutNs, startsOpen, trims, selection, direction, tunnels);
  }

  public FilterOptions withIdleTimeout(Duration idleTimeout) {
    return new FilterOptions(
        unconfirmedSessions,
        confirmedSessions,
        idleTimeout.toNanos(),
        startsOpen,
        trims,
        selection,
        direction,
        tunnels);
  }

  public FilterOptions startingOpen() {
    return new FilterOptions(
        unconfirmedSessions,
        confirmedSessions,
        idleTimeoutNs,
        true,
        trims,
        selection,
        direction,
        tunnels);
  }

  public FilterOptions trimming(boolean on) {
    return new FilterOptions(
        unconfirmedSessions,
        confirmedSessions,
        idleTimeoutNs,
        startsOpen,
        on,
        selection,
        direction,
        tunnels);
  }

  public FilterOptions selecting(Selection selected) {
    return new FilterOptions(
        unconfirmedSessions,
        confirmedSessions,
        idleTimeoutNs,
        startsOpen,
        trims,
        selected,
        direction,
        tunnels);
  }

  public FilterOptions keeping(Direction kept) {
    return new FilterOptions(
        unconfirmedSessions,
        confirmedSessions,
        idleTimeoutNs,
        startsOpen,
        trims,
        selection,
        kept,
        tunnels);
  }

  public FilterOptions lookingInto(Tunnels looked) {
    return new FilterOptions(
        unconfirmedSessions,
        confirmedSessions,
        idleTimeoutNs,
        startsOpen,
        trims,
        selection,
        direction,
        looked);
  }
}
