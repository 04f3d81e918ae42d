package io.sluice.collector.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;

/** Writes capture files as values, in either byte order, without any code of the readers. */
public final class CaptureBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteOrder order;

  public CaptureBytes(ByteOrder order) {
    this.order = order;
  }

  public CaptureBytes pcapHeader(int magic, int linkType) {
    return int32(magic).int16(2).int16(4).int32(0).int32(0).int32(65_535).int32(linkType);
  }

  public CaptureBytes pcapPacket(int seconds, int fraction, int wireLength, byte[] data) {
    return int32(seconds).int32(fraction).int32(data.length).int32(wireLength).bytes(data);
  }

  /** A capture of Ethernet frames, little-endian and of microseconds. */
  public static byte[] pcap(List<Packet> packets) {
    CaptureBytes file = new CaptureBytes(ByteOrder.LITTLE_ENDIAN).pcapHeader(0xa1b2c3d4, 1);
    for (Packet packet : packets) {
      byte[] frame = packet.frame();
      file.pcapPacket(
          (int) (packet.timeUs() / 1_000_000),
          (int) (packet.timeUs() % 1_000_000),
          frame.length,
          frame);
    }
    return file.toBytes();
  }

  /** A section of a length that is not said. */
  public CaptureBytes section(byte[]... options) {
    return block(
        0x0a0d0d0a,
        body -> body.int32(0x1a2b3c4d).int16(1).int16(0).int32(-1).int32(-1).options(options));
  }

  public CaptureBytes describe(int linkType, byte[]... options) {
    return describe(linkType, 0, options);
  }

  /**
   * @param snapLength 0 for no limit
   */
  public CaptureBytes describe(int linkType, int snapLength, byte[]... options) {
    return block(1, body -> body.int16(linkType).int16(0).int32(snapLength).options(options));
  }

  public CaptureBytes enhancedPacket(
      int interfaceIndex, long units, int wireLength, byte[] data, byte[]... options) {
    return block(6, body -> body.int32(interfaceIndex).packet(units, wireLength, data, options));
  }

  /** Has no time, and belongs to the section's first interface. */
  public CaptureBytes simplePacket(int wireLength, byte[] data) {
    return block(3, body -> body.int32(wireLength).bytes(data).pad());
  }

  /** As before 2009. */
  public CaptureBytes obsoletePacket(
      int interfaceIndex, int drops, long units, int wireLength, byte[] data, byte[]... options) {
    return block(
        2,
        body -> body.int16(interfaceIndex).int16(drops).packet(units, wireLength, data, options));
  }

  public CaptureBytes block(int type, Consumer<CaptureBytes> fill) {
    CaptureBytes body = new CaptureBytes(order);
    fill.accept(body);
    int length = body.out.size() + 12;
    return int32(type).int32(length).bytes(body.toBytes()).int32(length);
  }

  public byte[] option(int code, byte... value) {
    return new CaptureBytes(order).int16(code).int16(value.length).bytes(value).pad().toBytes();
  }

  public byte[] int64(long value) {
    return ByteBuffer.allocate(8).order(order).putLong(value).array();
  }

  public CaptureBytes int32(int value) {
    return bytes(ByteBuffer.allocate(4).order(order).putInt(value).array());
  }

  public CaptureBytes int16(int value) {
    return bytes(ByteBuffer.allocate(2).order(order).putShort((short) value).array());
  }

  public CaptureBytes bytes(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  public CaptureBytes pad() {
    while (out.size() % 4 != 0) {
      out.write(0);
    }
    return this;
  }

  public byte[] toBytes() {
    return out.toByteArray();
  }

  private CaptureBytes packet(long units, int wireLength, byte[] data, byte[]... options) {
    return int32((int) (units >>> 32))
        .int32((int) units)
        .int32(data.length)
        .int32(wireLength)
        .bytes(data)
        .pad()
        .options(options);
  }

  private CaptureBytes options(byte[]... options) {
    for (byte[] option : options) {
      bytes(option);
    }
    return this;
  }
}
