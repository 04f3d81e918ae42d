package io.sluice.collector.capture;

import java.lang.foreign.MemorySegment;

/**
 * One captured frame, as a view of memory that the capture source owns. A source reuses one Frame:
 * it, and the bytes that it points to, are valid only until the handler returns. Owned by one
 * worker thread.
 */
public final class Frame {
  /** No VLAN tag beside the frame. */
  public static final int NO_VLAN = -1;

  /** Holds the frame; always native memory. */
  public MemorySegment memory;

  /** Where in the memory the frame starts. */
  public long offset;

  /** Bytes that are there, 0..wireLength. */
  public int capturedLength;

  /** Bytes that the frame had on the wire; more than captured where it was cut. */
  public int wireLength;

  /** Packet time, nanoseconds since 1970 UTC. */
  public long timestampNs;

  public LinkType linkType;

  /** Tag control information that the kernel took out of the frame, 0..65535, or NO_VLAN. */
  public int vlanTci;

  /**
   * True where the TCP checksum is worth a look: live, where neither the sender's kernel has left
   * it to its card nor the receiver's has verified it. Files do not tell, so never there.
   */
  public boolean checksumOpen;
}
