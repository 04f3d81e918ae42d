package io.sluice.collector.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A TCP segment as a value, from which frames are made.
 *
 * @param timeUs packet time, microseconds since 1970
 * @param cut bytes of the frame's end that were not captured
 */
public record Packet(
    boolean fromClient,
    int sequence,
    int acknowledgement,
    int flags,
    byte[] payload,
    long timeUs,
    int clientPort,
    int cut) {
  public static final int FIN = 1;
  public static final int SYN = 2;
  public static final int RST = 4;
  public static final int ACK = 16;

  public static final byte[] CLIENT = {10, 0, 0, 1};
  public static final byte[] SERVER = {10, 0, 0, 2};
  public static final int SERVER_PORT = 8080;
  private static final int ETHERNET = 14;
  private static final int HEADERS = ETHERNET + 20 + 20;

  public Packet at(long timeUs) {
    return new Packet(
        fromClient, sequence, acknowledgement, flags, payload, timeUs, clientPort, cut);
  }

  public Packet cutBy(int bytes) {
    return new Packet(
        fromClient, sequence, acknowledgement, flags, payload, timeUs, clientPort, bytes);
  }

  public String text() {
    return new String(payload, StandardCharsets.ISO_8859_1);
  }

  public int wireLength() {
    return HEADERS + payload.length;
  }

  /** The whole frame, Ethernet and IPv4. */
  public byte[] frame() {
    ByteBuffer frame = ByteBuffer.allocate(wireLength());
    frame.putLong(0x0200_0000_0001_0200L).putInt(2).putShort((short) 0x0800);
    frame.put((byte) 0x45).put((byte) 0).putShort((short) (40 + payload.length));
    frame.putInt(0).put((byte) 64).put((byte) 6).putShort((short) 0);
    frame.put(fromClient ? CLIENT : SERVER).put(fromClient ? SERVER : CLIENT);
    frame.putShort((short) (fromClient ? clientPort : SERVER_PORT));
    frame.putShort((short) (fromClient ? SERVER_PORT : clientPort));
    frame.putInt(sequence).putInt(acknowledgement);
    frame.put((byte) 0x50).put((byte) flags).putShort((short) 8192).putInt(0);
    frame.put(payload);
    return frame.array();
  }
}
