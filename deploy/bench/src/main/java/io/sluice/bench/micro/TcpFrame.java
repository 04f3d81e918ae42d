package io.sluice.bench.micro;

import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.LinkType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** An Ethernet frame in native memory, as in a ring, of which numbers and time can be set anew. */
final class TcpFrame {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int HEADERS = 54;
  private static final int SEQUENCE = 38;
  private static final int ACKNOWLEDGEMENT = 42;
  private static final int CLIENT_PORT = 40_000;
  private static final int SERVER_PORT = 80;
  private static final int SYN = 2;
  private static final int ACK = 16;

  private final Frame frame = new Frame();
  private final int payloadLength;

  private TcpFrame(boolean fromClient, int flags, byte[] payload) {
    payloadLength = payload.length;
    ByteBuffer bytes = ByteBuffer.allocate(HEADERS + payload.length);
    bytes.putLong(0x0200_0000_0001_0200L).putInt(2).putShort((short) 0x0800);
    bytes.put((byte) 0x45).put((byte) 0).putShort((short) (40 + payload.length));
    bytes.putInt(0).put((byte) 64).put((byte) 6).putShort((short) 0);
    bytes.putInt(fromClient ? 0x0a000001 : 0x0a000002).putInt(fromClient ? 0x0a000002 : 0x0a000001);
    bytes.putShort((short) (fromClient ? CLIENT_PORT : SERVER_PORT));
    bytes.putShort((short) (fromClient ? SERVER_PORT : CLIENT_PORT));
    bytes.putInt(0).putInt(0).put((byte) 0x50).put((byte) flags).putShort((short) 8192).putInt(0);
    bytes.put(payload);
    frame.memory = Arena.ofAuto().allocate(bytes.capacity());
    MemorySegment.copy(bytes.array(), 0, frame.memory, ValueLayout.JAVA_BYTE, 0, bytes.capacity());
    frame.offset = 0;
    frame.capturedLength = bytes.capacity();
    frame.wireLength = bytes.capacity();
    frame.linkType = LinkType.ETHERNET;
    frame.vlanTci = Frame.NO_VLAN;
  }

  static TcpFrame syn(boolean fromClient) {
    return new TcpFrame(fromClient, fromClient ? SYN : SYN | ACK, new byte[0]);
  }

  static TcpFrame of(boolean fromClient, String payload) {
    return new TcpFrame(fromClient, ACK, payload.getBytes(StandardCharsets.ISO_8859_1));
  }

  Frame at(int sequence, int acknowledgement, long timestampNs) {
    frame.memory.set(INT, SEQUENCE, sequence);
    frame.memory.set(INT, ACKNOWLEDGEMENT, acknowledgement);
    frame.timestampNs = timestampNs;
    return frame;
  }

  int payloadLength() {
    return payloadLength;
  }
}
