package io.sluice.collector.capture;

import io.kaitai.struct.ByteBufferKaitaiStream;
import io.kaitai.struct.KaitaiStream;
import io.sluice.schemas.kaitai.Pcapng;
import java.lang.foreign.ValueLayout;
import java.nio.BufferUnderflowException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The block-structured capture file. Section headers and interface descriptions are read by the
 * generated parser (pcapng.ksy); packet blocks by the offsets below, which a test compares with the
 * generated parser's. Other blocks are skipped, whatever their size.
 */
final class PcapngFormat implements CaptureFormat {
  private static final int SECTION_HEADER = 0x0a0d0d0a;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int OBSOLETE_PACKET = 2;
  private static final int SIMPLE_PACKET = 3;
  private static final int ENHANCED_PACKET = 6;

  private static final int BLOCK_HEADER_BYTES = 8;
  private static final int MIN_BLOCK_BYTES = 12;
  private static final int MIN_SECTION_HEADER_BYTES = 28;
  private static final int PACKET_FIELDS_BYTES = 20;

  /** As in libpcap; a packet block is a frame and its options. */
  private static final long MAX_BLOCK_BYTES = 16L << 20;

  /** A description is some fields and options of text. */
  private static final long MAX_DESCRIPTION_BYTES = 1L << 20;

  private static final int MAX_INTERFACES = 65_536;

  private static final ValueLayout.OfInt LITTLE_ENDIAN_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private record Interface(LinkType linkType, long snapLength, TimestampUnit unit) {}

  private final ByteWindow window;
  private final CaptureDamage damage;
  private final List<Interface> interfaces = new ArrayList<>();
  private boolean bigEndian;
  private long blocks;

  /** The window stands at the first section header's type. */
  PcapngFormat(ByteWindow window, CaptureDamage damage) throws CaptureFileException {
    this.window = window;
    this.damage = damage;
    if (!window.has(BLOCK_HEADER_BYTES)) {
      throw damage.cutOff("the first section header");
    }
  }

  @Override
  public boolean next(Frame frame) throws CaptureFileException {
    while (true) {
      if (!window.has(BLOCK_HEADER_BYTES)) {
        if (window.available() > 0) {
          throw damage.cutOff("the header of block " + (blocks + 1));
        }
        damage.checkEndOfStream();
        return false;
      }
      int type = intAt(0);
      long blockBytes;
      if (type == SECTION_HEADER) {
        blockBytes = beginSection();
      } else {
        // Some writers forget the padding in the length, though not in the file.
        blockBytes = (Integer.toUnsignedLong(intAt(4)) + 3) & ~3L;
        if (blockBytes < MIN_BLOCK_BYTES) {
          throw damage.damaged("block %d claims %d bytes".formatted(blocks + 1, blockBytes));
        }
        switch (type) {
          case INTERFACE_DESCRIPTION -> addInterface(blockBytes);
          case ENHANCED_PACKET, OBSOLETE_PACKET, SIMPLE_PACKET -> {
            requireBlock(blockBytes, MAX_BLOCK_BYTES);
            if (type == SIMPLE_PACKET) {
              readSimplePacket(frame, blockBytes);
            } else {
              readPacket(frame, type, blockBytes);
            }
            endBlock(blockBytes);
            return true;
          }
          default -> {
            if (!window.skip(blockBytes)) {
              throw damage.cutOff("block " + (blocks + 1));
            }
            blocks++;
            continue;
          }
        }
      }
      endBlock(blockBytes);
    }
  }

  private void endBlock(long blockBytes) {
    window.advance(blockBytes);
    blocks++;
  }

  private void requireBlock(long blockBytes, long maxBytes) throws CaptureFileException {
    if (blockBytes > maxBytes) {
      throw damage.damaged("block %d claims %d bytes".formatted(blocks + 1, blockBytes));
    }
    if (!window.has(blockBytes)) {
      throw damage.cutOff("block " + (blocks + 1));
    }
  }

  private byte[] blockBody(long blockBytes) {
    return window
        .memory()
        .asSlice(window.position() + BLOCK_HEADER_BYTES, blockBytes - MIN_BLOCK_BYTES)
        .toArray(ValueLayout.JAVA_BYTE);
  }

  /** Sets the byte order and forgets the interfaces; returns the block's length. */
  private long beginSection() throws CaptureFileException {
    if (!window.has(MIN_SECTION_HEADER_BYTES)) {
      throw damage.cutOff("a section header");
    }
    int magic = window.memory().get(LITTLE_ENDIAN_INT, window.position() + BLOCK_HEADER_BYTES);
    if (magic != 0x1a2b3c4d && magic != 0x4d3c2b1a) {
      throw damage.damaged("a section without a byte order");
    }
    bigEndian = magic == 0x4d3c2b1a;
    long blockBytes = Integer.toUnsignedLong(intAt(4));
    if (blockBytes < MIN_SECTION_HEADER_BYTES || (blockBytes & 3) != 0) {
      throw damage.damaged("a section header claims %d bytes".formatted(blockBytes));
    }
    requireBlock(blockBytes, MAX_DESCRIPTION_BYTES);
    byte[] header =
        window.memory().asSlice(window.position(), blockBytes).toArray(ValueLayout.JAVA_BYTE);
    try {
      Pcapng.Section section = new Pcapng(new ByteBufferKaitaiStream(header)).sections().getFirst();
      if (section.content().versionMajor() != 1) {
        throw damage.damaged(
            "a section of the unknown version " + section.content().versionMajor());
      }
    } catch (KaitaiStream.KaitaiStructError
        | BufferUnderflowException
        | IllegalArgumentException e) {
      throw damage.damaged("a section header that contradicts itself");
    }
    interfaces.clear();
    return blockBytes;
  }

  private void addInterface(long blockBytes) throws CaptureFileException {
    requireBlock(blockBytes, MAX_DESCRIPTION_BYTES);
    if (interfaces.size() >= MAX_INTERFACES) {
      throw damage.damaged("more than " + MAX_INTERFACES + " interfaces");
    }
    Pcapng.SectionContent.InterfaceDescription description;
    try {
      description =
          new Pcapng.SectionContent.InterfaceDescription(
              new ByteBufferKaitaiStream(blockBody(blockBytes)), null, null, !bigEndian);
    } catch (KaitaiStream.KaitaiStructError
        | BufferUnderflowException
        | IllegalArgumentException e) {
      throw damage.damaged("an interface description that contradicts itself");
    }
    interfaces.add(
        new Interface(
            LinkType.of(description.linkType()),
            description.lenSnap(),
            timestampUnit(description)));
  }

  private static TimestampUnit timestampUnit(
      Pcapng.SectionContent.InterfaceDescription description) {
    TimestampUnit unit = TimestampUnit.MICROSECONDS;
    List<Pcapng.SectionContent.Option> options = description.options().options();
    if (options == null) {
      return unit;
    }
    for (Pcapng.SectionContent.Option option : options) {
      switch (option.value()) {
        case Pcapng.SectionContent.TimestampResolution resolution ->
            unit =
                new TimestampUnit(
                    resolution.isBinary(), (int) resolution.exponent(), unit.offsetSeconds());
        case Pcapng.SectionContent.TimestampOffset offset ->
            unit = new TimestampUnit(unit.binary(), unit.exponent(), offset.seconds());
        case null, default -> {}
      }
    }
    return unit;
  }

  private void readPacket(Frame frame, int type, long blockBytes) throws CaptureFileException {
    long room = blockBytes - MIN_BLOCK_BYTES - PACKET_FIELDS_BYTES;
    if (room < 0) {
      throw damage.damaged("packet block %d is too short".formatted(blocks + 1));
    }
    int interfaceIndex = intAt(BLOCK_HEADER_BYTES);
    if (type == OBSOLETE_PACKET) {
      interfaceIndex = bigEndian ? interfaceIndex >>> 16 : interfaceIndex & 0xffff;
    }
    Interface from = interfaceAt(interfaceIndex);
    long units =
        (Integer.toUnsignedLong(intAt(BLOCK_HEADER_BYTES + 4)) << 32)
            | Integer.toUnsignedLong(intAt(BLOCK_HEADER_BYTES + 8));
    int capturedLength = intAt(BLOCK_HEADER_BYTES + 12);
    if (capturedLength < 0 || capturedLength > MAX_FRAME_BYTES || capturedLength > room) {
      throw damage.damaged(
          "the packet of block %d claims %d bytes"
              .formatted(blocks + 1, Integer.toUnsignedLong(capturedLength)));
    }
    point(frame, from, BLOCK_HEADER_BYTES + PACKET_FIELDS_BYTES, capturedLength);
    frame.wireLength = PcapFormat.wireLength(intAt(BLOCK_HEADER_BYTES + 16), capturedLength);
    frame.timestampNs = from.unit().toNanoseconds(units);
  }

  private void readSimplePacket(Frame frame, long blockBytes) throws CaptureFileException {
    long room = blockBytes - MIN_BLOCK_BYTES - 4;
    if (room < 0) {
      throw damage.damaged("packet block %d is too short".formatted(blocks + 1));
    }
    Interface from = interfaceAt(0);
    long original = Integer.toUnsignedLong(intAt(BLOCK_HEADER_BYTES));
    long captured = from.snapLength() == 0 ? original : Math.min(original, from.snapLength());
    if (captured > MAX_FRAME_BYTES || captured > room) {
      throw damage.damaged(
          "the packet of block %d claims %d bytes".formatted(blocks + 1, captured));
    }
    point(frame, from, BLOCK_HEADER_BYTES + 4, (int) captured);
    frame.wireLength = PcapFormat.wireLength((int) original, (int) captured);
    frame.timestampNs = 0;
  }

  private void point(Frame frame, Interface from, long offset, int capturedLength) {
    frame.memory = window.memory();
    frame.offset = window.position() + offset;
    frame.capturedLength = capturedLength;
    frame.linkType = from.linkType();
  }

  private Interface interfaceAt(int index) throws CaptureFileException {
    if (index < 0 || index >= interfaces.size()) {
      throw damage.damaged(
          "block %d belongs to interface %d, which was not described"
              .formatted(blocks + 1, Integer.toUnsignedLong(index)));
    }
    return interfaces.get(index);
  }

  private int intAt(long offset) {
    int value = window.memory().get(LITTLE_ENDIAN_INT, window.position() + offset);
    return bigEndian ? Integer.reverseBytes(value) : value;
  }
}
