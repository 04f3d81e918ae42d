package io.sluice.collector.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes down what two ends of a TCP connection say, as packets with true numbers. */
public final class Talk {
  private static final byte[] NONE = {};

  private final List<Packet> packets = new ArrayList<>();
  private final int clientPort;
  private int clientNext;
  private int serverNext;
  private long timeUs = 1_700_000_000_000_000L;
  private int segmentBytes = 1460;

  private Talk(int clientPort, int clientNext, int serverNext) {
    this.clientPort = clientPort;
    this.clientNext = clientNext;
    this.serverNext = serverNext;
  }

  /** A connection that begins with its handshake. */
  public static Talk open() {
    return open(40_000, 1000, 5000);
  }

  public static Talk open(int clientPort, int clientSequence, int serverSequence) {
    Talk talk = new Talk(clientPort, clientSequence, serverSequence);
    talk.add(true, Packet.SYN, NONE);
    talk.clientNext++;
    talk.add(false, Packet.SYN | Packet.ACK, NONE);
    talk.serverNext++;
    talk.add(true, Packet.ACK, NONE);
    return talk;
  }

  /** A connection whose start is not in the capture. */
  public static Talk midway() {
    return new Talk(40_000, 1000, 5000);
  }

  /** Payload is cut into segments of so many bytes from here. */
  public Talk segmentsOf(int bytes) {
    segmentBytes = bytes;
    return this;
  }

  public Talk client(String text) {
    return send(true, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public Talk server(String text) {
    return send(false, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public Talk send(boolean fromClient, byte[] bytes) {
    for (int at = 0; at < bytes.length; at += segmentBytes) {
      byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + segmentBytes));
      add(fromClient, Packet.ACK, part);
      if (fromClient) {
        clientNext += part.length;
      } else {
        serverNext += part.length;
      }
    }
    return this;
  }

  public Talk clientAcks() {
    add(true, Packet.ACK, NONE);
    return this;
  }

  public Talk clientEnds() {
    add(true, Packet.FIN | Packet.ACK, NONE);
    clientNext++;
    return this;
  }

  public Talk serverEnds() {
    add(false, Packet.FIN | Packet.ACK, NONE);
    serverNext++;
    return this;
  }

  public Talk serverResets() {
    add(false, Packet.RST | Packet.ACK, NONE);
    return this;
  }

  public Talk pause(long microseconds) {
    timeUs += microseconds;
    return this;
  }

  private void add(boolean fromClient, int flags, byte[] payload) {
    timeUs += 100;
    int sequence = fromClient ? clientNext : serverNext;
    boolean acknowledges = (flags & Packet.ACK) != 0;
    int acknowledgement = acknowledges ? fromClient ? serverNext : clientNext : 0;
    packets.add(
        new Packet(fromClient, sequence, acknowledgement, flags, payload, timeUs, clientPort, 0));
  }

  public List<Packet> packets() {
    return packets;
  }
}
