package io.sluice.collector.capture;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes capture files as values, in either byte order. */
final class CaptureBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteOrder order;

  CaptureBytes(ByteOrder order) {
    this.order = order;
  }

  CaptureBytes pcapHeader(int magic, int linkType) {
    return int32(magic).int16(2).int16(4).int32(0).int32(0).int32(65_535).int32(linkType);
  }

  CaptureBytes pcapPacket(int seconds, int fraction, int wireLength, byte[] data) {
    return int32(seconds).int32(fraction).int32(data.length).int32(wireLength).bytes(data);
  }

  CaptureBytes section() {
    return block(0x0a0d0d0a, body -> body.int32(0x1a2b3c4d).int16(1).int16(0).int32(-1).int32(-1));
  }

  CaptureBytes describe(int linkType, byte[]... options) {
    return block(
        1,
        body -> {
          body.int16(linkType).int16(0).int32(0);
          for (byte[] option : options) {
            body.bytes(option);
          }
        });
  }

  CaptureBytes enhancedPacket(int interfaceIndex, long units, int wireLength, byte[] data) {
    return block(
        6,
        body ->
            body.int32(interfaceIndex)
                .int32((int) (units >>> 32))
                .int32((int) units)
                .int32(data.length)
                .int32(wireLength)
                .bytes(data)
                .pad());
  }

  CaptureBytes block(int type, java.util.function.Consumer<CaptureBytes> fill) {
    CaptureBytes body = new CaptureBytes(order);
    fill.accept(body);
    int length = body.out.size() + 12;
    return int32(type).int32(length).bytes(body.toBytes()).int32(length);
  }

  byte[] option(int code, byte... value) {
    return new CaptureBytes(order).int16(code).int16(value.length).bytes(value).pad().toBytes();
  }

  byte[] int64(long value) {
    return ByteBuffer.allocate(8).order(order).putLong(value).array();
  }

  CaptureBytes int32(int value) {
    return bytes(ByteBuffer.allocate(4).order(order).putInt(value).array());
  }

  CaptureBytes int16(int value) {
    return bytes(ByteBuffer.allocate(2).order(order).putShort((short) value).array());
  }

  CaptureBytes bytes(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  CaptureBytes pad() {
    while (out.size() % 4 != 0) {
      out.write(0);
    }
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
