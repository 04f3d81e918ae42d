package io.sluice.collector.capture;

import io.kaitai.struct.ByteBufferKaitaiStream;
import io.sluice.schemas.kaitai.Pcap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The classic capture file. Its header is read by the generated parser (pcap.ksy); its packets, of
 * which there may be millions in the mapping, by the offsets below, which a test compares with the
 * generated parser's.
 */
final class PcapFormat implements CaptureFormat {
  private static final int FILE_HEADER_BYTES = 24;
  private static final int PACKET_HEADER_BYTES = 16;
  private static final int MODIFIED_PACKET_HEADER_BYTES = 24;
  private static final long SECONDS_OFFSET = 0;
  private static final long FRACTION_OFFSET = 4;
  private static final long CAPTURED_LENGTH_OFFSET = 8;
  private static final long WIRE_LENGTH_OFFSET = 12;
  private static final ValueLayout.OfInt LITTLE_ENDIAN_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final ByteWindow window;
  private final CaptureDamage damage;
  private final boolean bigEndian;
  private final int nsPerFraction;
  private final int packetHeaderBytes;
  private final LinkType linkType;
  private long packets;

  /** The window stands at the magic number, which is one of pcap's. */
  PcapFormat(ByteWindow window, CaptureDamage damage) throws CaptureFileException {
    this.window = window;
    this.damage = damage;
    if (!window.has(FILE_HEADER_BYTES)) {
      throw damage.cutOff("the file header");
    }
    byte[] header =
        window
            .memory()
            .asSlice(window.position(), FILE_HEADER_BYTES)
            .toArray(ValueLayout.JAVA_BYTE);
    Pcap parsed = new Pcap(new ByteBufferKaitaiStream(header));
    bigEndian =
        switch (parsed.magic()) {
          case BE_MICROSECONDS, BE_NANOSECONDS, BE_MODIFIED -> true;
          case LE_MICROSECONDS, LE_NANOSECONDS, LE_MODIFIED -> false;
        };
    nsPerFraction =
        switch (parsed.magic()) {
          case BE_NANOSECONDS, LE_NANOSECONDS -> 1;
          case BE_MICROSECONDS, LE_MICROSECONDS, BE_MODIFIED, LE_MODIFIED -> 1000;
        };
    packetHeaderBytes =
        switch (parsed.magic()) {
          case BE_MODIFIED, LE_MODIFIED -> MODIFIED_PACKET_HEADER_BYTES;
          case BE_MICROSECONDS, LE_MICROSECONDS, BE_NANOSECONDS, LE_NANOSECONDS ->
              PACKET_HEADER_BYTES;
        };
    linkType = LinkType.of((int) (parsed.content().header().linkType() & 0xffff));
    window.advance(FILE_HEADER_BYTES);
  }

  @Override
  public boolean next(Frame frame) throws CaptureFileException {
    if (!window.has(packetHeaderBytes)) {
      if (window.available() > 0) {
        throw damage.cutOff("the header of packet " + (packets + 1));
      }
      damage.checkEndOfStream();
      return false;
    }
    int capturedLength = intAt(CAPTURED_LENGTH_OFFSET);
    if (capturedLength < 0 || capturedLength > MAX_FRAME_BYTES) {
      throw damage.damaged(
          "packet %d claims %d bytes"
              .formatted(packets + 1, Integer.toUnsignedLong(capturedLength)));
    }
    if (!window.has(packetHeaderBytes + capturedLength)) {
      throw damage.cutOff("packet " + (packets + 1));
    }
    frame.timestampNs =
        Integer.toUnsignedLong(intAt(SECONDS_OFFSET)) * 1_000_000_000L
            + Integer.toUnsignedLong(intAt(FRACTION_OFFSET)) * nsPerFraction;
    frame.capturedLength = capturedLength;
    frame.wireLength = wireLength(intAt(WIRE_LENGTH_OFFSET), capturedLength);
    frame.memory = window.memory();
    frame.offset = window.position() + packetHeaderBytes;
    frame.linkType = linkType;
    window.advance(packetHeaderBytes + capturedLength);
    packets++;
    return true;
  }

  /**
   * Some writers give less than they kept, and hostile ones anything: never less, never negative.
   */
  static int wireLength(int unsignedClaim, int capturedLength) {
    return unsignedClaim < 0 ? Integer.MAX_VALUE : Math.max(unsignedClaim, capturedLength);
  }

  private int intAt(long offset) {
    MemorySegment memory = window.memory();
    int value = memory.get(LITTLE_ENDIAN_INT, window.position() + offset);
    return bigEndian ? Integer.reverseBytes(value) : value;
  }
}
