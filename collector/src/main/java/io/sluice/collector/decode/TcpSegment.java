package io.sluice.collector.decode;

import java.lang.foreign.MemorySegment;

/**
 * One TCP segment as a view of its frame: the innermost, where the frame tunnels. IPv4 addresses
 * are mapped into IPv6. Valid until the next frame is decoded; owned by one worker thread.
 */
public final class TcpSegment {
  public static final int FIN = 0x01;
  public static final int SYN = 0x02;
  public static final int RST = 0x04;
  public static final int ACK = 0x10;
  public static final int URG = 0x20;

  /** Upper 64 bits of every mapped IPv4 address are zero, the next 32 are these. */
  static final long MAPPED_IPV4 = 0x0000_ffff_0000_0000L;

  public long sourceHigh;
  public long sourceLow;
  public long destinationHigh;
  public long destinationLow;

  /** 0..65535. */
  public int sourcePort;

  /** 0..65535. */
  public int destinationPort;

  /** 32 bits, compared by subtraction. */
  public int sequence;

  /** 32 bits, compared by subtraction; meaningful with the ACK flag. */
  public int acknowledgement;

  public int flags;

  /** Holds the payload; native memory. */
  public MemorySegment memory;

  /** Where in the memory the payload starts. */
  public long payloadOffset;

  /** Payload bytes on the wire, 0..65535 (more with segmentation offload). */
  public int payloadLength;

  /** Payload bytes that are there, 0..payloadLength. */
  public int capturedLength;

  /** Outermost VLAN id 0..4095, or -1. */
  public int vlan;

  /** Packet time, nanoseconds since 1970 UTC. */
  public long timestampNs;

  /** Which of the decoder's frames it came in (that which completed it), 1.. */
  public long frame;

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }
}
