package io.sluice.kernelfilter;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The kernel program in Java: what it would keep of a capture, for replay. A test compares both
 * over every frame that there is.
 *
 * <p>It differs in what a capture can't tell: time is the packet's and not the kernel's coarse
 * clock, and the least recently used session makes room exactly, where the kernel's choice is
 * approximate.
 *
 * <p>One thread.
 */
public final class FilterModel {
  /** Keep the whole frame. */
  public static final int WHOLE = TestRun.WHOLE;

  /** Keep nothing. */
  public static final int NOTHING = 0;

  private record Key(
      long lowAddressHigh,
      long lowAddressLow,
      long highAddressHigh,
      long highAddressLow,
      int ports) {}

  private final long idleTimeoutNs;
  private final boolean trims;
  private final long[] counts = new long[FilterCounter.values().length];
  private final ModelPacket packet = new ModelPacket();
  private final ModelScanner scanner = new ModelScanner();
  private final Map<Key, ModelSession> sessions;

  /** With the room of both kernel maps together. */
  public FilterModel(FilterOptions options) {
    idleTimeoutNs = options.idleTimeoutNs();
    trims = options.trims();
    long room = (long) options.unconfirmedSessions() + options.confirmedSessions();
    sessions =
        new LinkedHashMap<>(64, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, ModelSession> eldest) {
            return size() > room;
          }
        };
  }

  /**
   * What the program would return for an Ethernet frame.
   *
   * @param offset of the frame's first byte
   * @param length of the frame as captured, 0 or more
   * @param timeNs packet time, nanoseconds
   * @return NOTHING, WHOLE, or how many bytes of the frame to keep
   */
  public int verdict(MemorySegment memory, long offset, int length, long timeNs) {
    count(FilterCounter.SEEN);
    FilterCounter reason = packet.parse(memory, offset, length);
    if (reason != null) {
      return filtered(reason);
    }
    if (packet.payloadLength == 0 && (packet.tcpFlags & (ModelPacket.FIN | ModelPacket.RST)) == 0) {
      return filtered(FilterCounter.FILTERED_NO_PAYLOAD);
    }
    if (packet.firstFragment) {
      count(FilterCounter.FIRST_FRAGMENTS);
    }
    Key key = key();
    ModelSession session = sessions.get(key);
    boolean expired = session != null && timeNs - session.lastSeenNs > idleTimeoutNs;
    if (session != null && !expired) {
      return keepOfSession(memory, offset, length, timeNs, session);
    }
    if (!AdmissionRule.admits(memory, offset + packet.payloadOffset, packet.payloadLength)) {
      return filtered(expired ? FilterCounter.FILTERED_EXPIRED : FilterCounter.FILTERED_NO_SESSION);
    }
    if (expired) {
      count(FilterCounter.SESSION_EXPIRED);
    }
    if (ModelScanner.isHttp2Preface(memory, offset + packet.payloadOffset, packet.payloadLength)) {
      count(FilterCounter.HTTP2_PREFACES);
    }
    session = new ModelSession();
    session.lastSeenNs = timeNs;
    int needed = trims ? follow(memory, offset, session) : WHOLE;
    sessions.put(key, session);
    count(FilterCounter.SESSION_INSERTED);
    return kept(FilterCounter.KEPT_ADMITTED, length, needed);
  }

  private int keepOfSession(
      MemorySegment memory, long offset, int length, long timeNs, ModelSession session) {
    session.lastSeenNs = timeNs;
    count(FilterCounter.SESSION_REFRESHED);
    if (packet.payloadLength == 0) {
      return kept(FilterCounter.KEPT_CLOSING, length, WHOLE);
    }
    int needed = trims && !session.copiedWhole ? follow(memory, offset, session) : WHOLE;
    return kept(
        needed == WHOLE ? FilterCounter.KEPT_SESSION : FilterCounter.KEPT_TRIMMED, length, needed);
  }

  private int follow(MemorySegment memory, long offset, ModelSession session) {
    int needed = scanner.follow(memory, offset, packet, session);
    if (session.copiedWhole) {
      count(FilterCounter.SESSIONS_COPIED_WHOLE);
    }
    return needed;
  }

  /** How often it would have counted; of the counters beside, those on which verdicts depend. */
  public FilterCounts counts() {
    return new FilterCounts(counts);
  }

  private Key key() {
    int sourcePort = packet.sourcePort;
    int destinationPort = packet.destinationPort;
    return packet.fromHigh
        ? new Key(
            packet.destinationHigh,
            packet.destinationLow,
            packet.sourceHigh,
            packet.sourceLow,
            destinationPort << 16 | sourcePort)
        : new Key(
            packet.sourceHigh,
            packet.sourceLow,
            packet.destinationHigh,
            packet.destinationLow,
            sourcePort << 16 | destinationPort);
  }

  private int filtered(FilterCounter reason) {
    count(reason);
    return NOTHING;
  }

  private int kept(FilterCounter reason, int wireBytes, int copied) {
    count(reason);
    counts[FilterCounter.KEPT_WIRE_BYTES.ordinal()] += wireBytes;
    counts[FilterCounter.KEPT_COPIED_BYTES.ordinal()] += copied == WHOLE ? wireBytes : copied;
    return copied;
  }

  private void count(FilterCounter counter) {
    counts[counter.ordinal()]++;
  }
}
