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

  /** Tags that the program reads in a frame. */
  static final int PROGRAM_TAGS = 2;

  private record Key(
      long lowAddressHigh,
      long lowAddressLow,
      long highAddressHigh,
      long highAddressLow,
      int ports) {}

  private final long idleTimeoutNs;
  private final boolean trims;
  private final long[] counts = new long[FilterCounter.values().length];
  private final ModelPacket packet;
  private final ModelSelection selection;
  private final FilterOptions.Direction direction;
  private final ModelScanner scanner = new ModelScanner();
  private final Map<Key, ModelSession> sessions;

  /** For frames as the program is given them. With the room of both kernel maps together. */
  public FilterModel(FilterOptions options) {
    this(options, PROGRAM_TAGS);
  }

  /** For frames as they are on the wire: receiving takes the outer VLAN tag out of them. */
  public static FilterModel ofWire(FilterOptions options) {
    return new FilterModel(options, PROGRAM_TAGS + 1);
  }

  private FilterModel(FilterOptions options, int maxTags) {
    idleTimeoutNs = options.idleTimeoutNs();
    trims = options.trims();
    packet = new ModelPacket(options.tunnels(), maxTags);
    selection = new ModelSelection(options.selection());
    direction = options.direction();
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
    if (packet.tunnelled) {
      count(FilterCounter.TUNNELLED);
    }
    if (reason != null) {
      return filtered(reason);
    }
    boolean ends = (packet.tcpFlags & (ModelPacket.FIN | ModelPacket.RST)) != 0;
    boolean begins = trims && (packet.tcpFlags & ModelPacket.SYN) != 0;
    if (packet.payloadLength == 0 && !ends && !begins) {
      return filtered(FilterCounter.FILTERED_NO_PAYLOAD);
    }
    if (packet.firstFragment) {
      count(FilterCounter.FIRST_FRAGMENTS);
    }
    Key key = key();
    ModelSession session = sessions.get(key);
    boolean expired = session != null && timeNs - session.lastSeenNs > idleTimeoutNs;
    boolean lives = session != null && !expired;
    if (packet.payloadLength == 0 && !ends) {
      if (lives) {
        beginConnection(session);
      }
      return filtered(FilterCounter.FILTERED_NO_PAYLOAD);
    }
    if (lives) {
      return keepOfSession(memory, offset, length, timeNs, session);
    }
    long payload = offset + packet.payloadOffset;
    if (!AdmissionRule.admits(memory, payload, packet.payloadLength)) {
      return filtered(expired ? FilterCounter.FILTERED_EXPIRED : FilterCounter.FILTERED_NO_SESSION);
    }
    reason = selection.leftOut(packet);
    if (reason != null) {
      return filtered(reason);
    }
    if (expired) {
      count(FilterCounter.SESSION_EXPIRED);
    }
    if (ModelScanner.isHttp2Preface(memory, payload, packet.payloadLength)) {
      count(FilterCounter.HTTP2_PREFACES);
    }
    session = new ModelSession();
    session.lastSeenNs = timeNs;
    noteSegment(session);
    session.sentBy = sender();
    session.server =
        AdmissionRule.isResponse(memory, payload, packet.payloadLength) ? sender() : 3 - sender();
    int needed = WHOLE;
    if (trims) {
      needed = follow(memory, offset, session);
      noteEnd(session);
    }
    sessions.put(key, session);
    count(FilterCounter.SESSION_INSERTED);
    if (isUnwanted(session)) {
      return filtered(FilterCounter.FILTERED_DIRECTION);
    }
    return kept(FilterCounter.KEPT_ADMITTED, length, needed);
  }

  private int keepOfSession(
      MemorySegment memory, long offset, int length, long timeNs, ModelSession session) {
    session.lastSeenNs = timeNs;
    count(FilterCounter.SESSION_REFRESHED);
    if (packet.payloadLength == 0) {
      noteEnd(session);
      return kept(FilterCounter.KEPT_CLOSING, length, WHOLE);
    }
    if (trims && (packet.tcpFlags & ModelPacket.SYN) != 0) {
      beginConnection(session);
    }
    noteSegment(session);
    session.sentBy |= sender();
    int needed = trims && !session.copiedWhole ? follow(memory, offset, session) : WHOLE;
    noteEnd(session);
    // The program looks at eight bytes, so a shorter segment says nothing there.
    if (packet.payloadLength >= 8
        && AdmissionRule.isResponse(memory, offset + packet.payloadOffset, packet.payloadLength)) {
      session.server = sender();
    }
    if (isUnwanted(session)) {
      return filtered(FilterCounter.FILTERED_DIRECTION);
    }
    return kept(
        needed == WHOLE ? FilterCounter.KEPT_SESSION : FilterCounter.KEPT_TRIMMED, length, needed);
  }

  private int follow(MemorySegment memory, long offset, ModelSession session) {
    boolean copiedWhole = session.copiedWhole;
    int needed = scanner.follow(memory, offset, packet, session);
    if (scanner.foreign) {
      count(FilterCounter.SESSIONS_NOT_HTTP);
    }
    if (session.copiedWhole && !copiedWhole) {
      count(FilterCounter.SESSIONS_COPIED_WHOLE);
    }
    return needed;
  }

  private void beginConnection(ModelSession session) {
    if (session.low.state == ModelStream.State.FRESH
        && session.high.state == ModelStream.State.FRESH
        && !session.copiedWhole) {
      return;
    }
    if (session.low.ended && session.high.ended) {
      session.low.beginConnection();
      session.high.beginConnection();
      session.copiedWhole = false;
      session.headPending = false;
      session.unanswered = 0;
      count(FilterCounter.SESSIONS_RESTARTED);
    } else {
      copyWhole(session);
    }
  }

  private void copyWhole(ModelSession session) {
    if (!session.copiedWhole) {
      session.copiedWhole = true;
      count(FilterCounter.SESSIONS_COPIED_WHOLE);
    }
  }

  private void noteSegment(ModelSession session) {
    ModelStream stream = session.stream(packet.fromHigh);
    if ((session.sentBy & sender()) != 0) {
      if (stream.lastSequence == packet.sequence) {
        count(FilterCounter.SEGMENTS_REPEATED);
      }
      if (stream.network != packet.network) {
        count(FilterCounter.NETWORKS_MIXED);
        if (trims) {
          copyWhole(session);
        }
      }
    }
    stream.lastSequence = packet.sequence;
    stream.network = packet.network;
  }

  private void noteEnd(ModelSession session) {
    if ((packet.tcpFlags & ModelPacket.RST) != 0) {
      session.low.ended = true;
      session.high.ended = true;
    }
    if ((packet.tcpFlags & ModelPacket.FIN) != 0) {
      session.stream(packet.fromHigh).ended = true;
    }
  }

  /** {@code SENT_BY_*}. */
  private int sender() {
    return packet.fromHigh ? 2 : 1;
  }

  private boolean isUnwanted(ModelSession session) {
    return switch (direction) {
      case BOTH -> false;
      case TO_SERVER -> session.server == sender();
      case TO_CLIENT -> session.server != sender();
    };
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
