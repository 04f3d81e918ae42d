package io.sluice.collector.reassembly;

/** One direction of a flow. Fields are the reassembler's; a protocol reads the public ones. */
public final class TcpStream {
  /** Nothing is known about the sequence numbers. */
  static final int NEW = 0;

  /** The other side acknowledged up to {@link #next}; no byte was seen. */
  static final int HINTED = 1;

  static final int STARTED = 2;

  int state;

  /** Sequence number of the next byte to deliver. */
  int next;

  boolean synSeen;
  int initialSequence;
  boolean finSeen;
  int finSequence;
  boolean ended;

  /** What the other side has acknowledged; meaningful with ackKnown. */
  int acknowledged;

  boolean ackKnown;

  /** Null until a protocol has read bytes. */
  Fingerprints fingerprints;

  /** Segments in a row that were far from what is expected. */
  int outOfWindow;

  // bytes that wait for those before them, by sequence number
  Chunk firstHeld;
  Chunk lastHeld;
  int heldPages;
  long holeSinceNs;

  /**
   * When the other side was first seen to have acknowledged bytes of the hole; 0 where it has not.
   */
  long holeAcknowledgedNs;

  // streams with held bytes, those with the oldest hole first
  TcpStream olderHole;
  TcpStream newerHole;
  boolean inHoleList;
  TcpFlow flow;
  int side;

  /**
   * Position in the stream of the bytes being delivered; 0 is the first byte, or the first that can
   * be told of a flow picked up midway. Negative where the start turned out to be earlier.
   */
  public long position;

  long start;

  /** Packet time of the bytes being delivered, nanoseconds since 1970 UTC. */
  public long timestampNs;

  /**
   * How far the sender of the bytes being delivered had received the other stream when it sent
   * them: a position in the other stream.
   */
  public long peerPosition;

  /** Sequence number of the bytes being delivered. */
  public int sequence() {
    return next;
  }

  /**
   * The protocol reads these bytes of a slice that is being delivered: a retransmission of other
   * ones shall be told. Costs a hash.
   *
   * @param from into the slice, whose first byte is at 0
   */
  public void remember(byte[] slice, int from, int end) {
    if (fingerprints == null) {
      fingerprints = new Fingerprints();
    }
    fingerprints.add(position + from, slice, from, end);
  }

  /** True where the connection's start was seen, so that position 0 is the first byte. */
  public boolean fromStart() {
    return synSeen;
  }

  /**
   * Position of the first byte that can be told of a stream picked up midway. What came before it
   * may have been captured later, and is discarded.
   */
  public long firstPosition() {
    return start;
  }

  void clear() {
    state = NEW;
    next = 0;
    synSeen = false;
    finSeen = false;
    ended = false;
    acknowledged = 0;
    ackKnown = false;
    outOfWindow = 0;
    if (fingerprints != null) {
      fingerprints.clear();
    }
    holeSinceNs = 0;
    holeAcknowledgedNs = 0;
    position = 0;
    start = 0;
    timestampNs = 0;
    peerPosition = 0;
  }
}
