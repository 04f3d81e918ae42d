package io.sluice.collector.capture;

import static io.sluice.collector.capture.PacketSocketAbi.ADDRESS_BYTES;
import static io.sluice.collector.capture.PacketSocketAbi.ADDRESS_HARDWARE_TYPE;
import static io.sluice.collector.capture.PacketSocketAbi.ADDRESS_PACKET_TYPE;
import static io.sluice.collector.capture.PacketSocketAbi.BLOCK_FIRST_PACKET;
import static io.sluice.collector.capture.PacketSocketAbi.BLOCK_HEADER_BYTES;
import static io.sluice.collector.capture.PacketSocketAbi.BLOCK_PACKET_COUNT;
import static io.sluice.collector.capture.PacketSocketAbi.BLOCK_STATUS;
import static io.sluice.collector.capture.PacketSocketAbi.PACKET_HEADER_BYTES;
import static io.sluice.collector.capture.PacketSocketAbi.PACKET_LENGTH;
import static io.sluice.collector.capture.PacketSocketAbi.PACKET_MAC;
import static io.sluice.collector.capture.PacketSocketAbi.PACKET_NANOSECONDS;
import static io.sluice.collector.capture.PacketSocketAbi.PACKET_NEXT;
import static io.sluice.collector.capture.PacketSocketAbi.PACKET_OUTGOING;
import static io.sluice.collector.capture.PacketSocketAbi.PACKET_SECONDS;
import static io.sluice.collector.capture.PacketSocketAbi.PACKET_SNAP_LENGTH;
import static io.sluice.collector.capture.PacketSocketAbi.PACKET_STATUS;
import static io.sluice.collector.capture.PacketSocketAbi.PACKET_VLAN_TCI;
import static io.sluice.collector.capture.PacketSocketAbi.TP_STATUS_CSUMNOTREADY;
import static io.sluice.collector.capture.PacketSocketAbi.TP_STATUS_CSUM_VALID;
import static io.sluice.collector.capture.PacketSocketAbi.TP_STATUS_KERNEL;
import static io.sluice.collector.capture.PacketSocketAbi.TP_STATUS_TS_RAW_HARDWARE;
import static io.sluice.collector.capture.PacketSocketAbi.TP_STATUS_USER;
import static io.sluice.collector.capture.PacketSocketAbi.TP_STATUS_VLAN_VALID;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sluice.collector.counters.Counters;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Reads the blocks of a TPACKET_V3 ring in order. A block is leased from the kernel (acquire on its
 * status), its frames are delivered, and it is given back (release), also when the handler throws.
 * Knows only memory: the ring may as well be a plain segment. Owned by the worker.
 */
final class RingReader {
  private static final VarHandle STATUS = JAVA_INT.varHandle();

  private final MemorySegment ring;
  private final int blockBytes;
  private final int blockCount;
  private final boolean ignoreOutgoing;
  private final Counters<CaptureCounter> counters;
  private final Frame frame = new Frame();
  private int block;
  private long lastTimestampNs;

  // Of the block that is being read, added to the counters when it is given back.
  private long bytesRead;
  private long bytesOnWire;
  private long trimmed;
  private long timedByCard;

  /**
   * @param ring blocks of {@code blockBytes}, one after the other
   * @param ignoreOutgoing leaves out frames that the host sent, where the kernel could not do so
   */
  RingReader(
      MemorySegment ring,
      int blockBytes,
      boolean ignoreOutgoing,
      Counters<CaptureCounter> counters) {
    this.ring = ring;
    this.blockBytes = blockBytes;
    this.blockCount = Math.toIntExact(ring.byteSize() / blockBytes);
    this.ignoreOutgoing = ignoreOutgoing;
    this.counters = counters;
    frame.memory = ring;
  }

  /** Delivers the frames of the next block; false where the kernel still owns it. */
  boolean readBlock(FrameHandler handler) {
    long base = (long) block * blockBytes;
    int status = (int) STATUS.getAcquire(ring, base + BLOCK_STATUS);
    if ((status & TP_STATUS_USER) == 0) {
      return false;
    }
    try {
      readPackets(base, handler);
    } finally {
      STATUS.setRelease(ring, base + BLOCK_STATUS, TP_STATUS_KERNEL);
      block = block + 1 == blockCount ? 0 : block + 1;
      counters.increment(CaptureCounter.BLOCKS_READ);
      counters.add(CaptureCounter.BYTES_READ, bytesRead);
      counters.add(CaptureCounter.BYTES_ON_WIRE, bytesOnWire);
      counters.add(CaptureCounter.FRAMES_TRIMMED, trimmed);
      counters.add(CaptureCounter.FRAMES_TIMED_BY_CARD, timedByCard);
      bytesRead = 0;
      bytesOnWire = 0;
      trimmed = 0;
      timedByCard = 0;
    }
    return true;
  }

  /** Packet time of the last frame, nanoseconds since 1970; 0 before the first. */
  long lastTimestampNs() {
    return lastTimestampNs;
  }

  private void readPackets(long base, FrameHandler handler) {
    int packets = ring.get(JAVA_INT, base + BLOCK_PACKET_COUNT);
    long offset = Integer.toUnsignedLong(ring.get(JAVA_INT, base + BLOCK_FIRST_PACKET));
    for (int i = 0; i < packets; i++) {
      // Shared memory is believed no more than the wire: what is outside the block is not read.
      if (offset + PACKET_HEADER_BYTES + ADDRESS_BYTES > blockBytes) {
        counters.increment(CaptureCounter.BLOCKS_CONTRADICTORY);
        return;
      }
      long header = base + offset;
      int captured = ring.get(JAVA_INT, header + PACKET_SNAP_LENGTH);
      int mac = Short.toUnsignedInt(ring.get(JAVA_SHORT, header + PACKET_MAC));
      if (captured < 0 || offset + mac + captured > blockBytes) {
        counters.increment(CaptureCounter.BLOCKS_CONTRADICTORY);
        return;
      }
      deliver(header, mac, captured, handler);
      long next = Integer.toUnsignedLong(ring.get(JAVA_INT, header + PACKET_NEXT));
      if (next == 0) {
        return;
      }
      offset += next;
    }
  }

  /** A block of its own, to the last byte: the kernel cut what did not fit. */
  private boolean fills(long header, int mac, int captured) {
    return header % blockBytes == BLOCK_HEADER_BYTES
        && mac + captured == blockBytes - BLOCK_HEADER_BYTES;
  }

  private void deliver(long header, int mac, int captured, FrameHandler handler) {
    long address = header + PACKET_HEADER_BYTES;
    if (ignoreOutgoing && ring.get(JAVA_BYTE, address + ADDRESS_PACKET_TYPE) == PACKET_OUTGOING) {
      counters.increment(CaptureCounter.FRAMES_OUTGOING);
      return;
    }
    int status = ring.get(JAVA_INT, header + PACKET_STATUS);
    frame.offset = header + mac;
    frame.capturedLength = captured;
    frame.wireLength = Math.max(captured, ring.get(JAVA_INT, header + PACKET_LENGTH));
    frame.timestampNs =
        Integer.toUnsignedLong(ring.get(JAVA_INT, header + PACKET_SECONDS)) * 1_000_000_000L
            + Integer.toUnsignedLong(ring.get(JAVA_INT, header + PACKET_NANOSECONDS));
    frame.linkType =
        HardwareType.linkType(
            Short.toUnsignedInt(ring.get(JAVA_SHORT, address + ADDRESS_HARDWARE_TYPE)));
    frame.vlanTci =
        (status & TP_STATUS_VLAN_VALID) == 0
            ? Frame.NO_VLAN
            : ring.get(JAVA_INT, header + PACKET_VLAN_TCI) & 0xffff;
    frame.checksumOpen = (status & (TP_STATUS_CSUMNOTREADY | TP_STATUS_CSUM_VALID)) == 0;
    if ((status & TP_STATUS_TS_RAW_HARDWARE) != 0) {
      timedByCard++;
    }
    lastTimestampNs = frame.timestampNs;
    // Frame by frame, since the ledger compares it with what the decoder counts.
    counters.increment(CaptureCounter.FRAMES_READ);
    bytesRead += captured;
    bytesOnWire += frame.wireLength;
    if (captured < frame.wireLength) {
      if (fills(header, mac, captured)) {
        counters.increment(CaptureCounter.FRAMES_TRUNCATED);
      } else {
        trimmed++;
      }
    }
    handler.onFrame(frame);
  }
}
