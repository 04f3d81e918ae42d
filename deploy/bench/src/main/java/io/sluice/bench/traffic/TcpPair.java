package io.sluice.bench.traffic;

import java.io.IOException;

/**
 * A TCP connection as the sensor sees it: both sides' segments in wire order, with handshake,
 * acknowledgements and end, and with as much disorder as the mix asks for. One thread.
 */
final class TcpPair {
  private static final int SEGMENTS_PER_ACKNOWLEDGEMENT = 2;

  private final Wire wire;
  private final Dice dice;
  private final Mix mix;
  private final TcpSide client;
  private final TcpSide server;
  private final byte[] held = new byte[TcpSide.LARGEST_FRAME];

  TcpPair(
      Wire wire,
      Dice dice,
      Mix mix,
      Address clientAddress,
      int clientPort,
      Address serverAddress,
      int serverPort) {
    this.wire = wire;
    this.dice = dice;
    this.mix = mix;
    client = new TcpSide(clientAddress, clientPort, serverAddress, serverPort, dice);
    server = new TcpSide(serverAddress, serverPort, clientAddress, clientPort, dice);
  }

  TcpSide client() {
    return client;
  }

  TcpSide server() {
    return server;
  }

  private TcpSide peer(TcpSide side) {
    return side == client ? server : client;
  }

  void synchronize() throws IOException {
    int frame = wire.begin();
    wire.end(client.sealSyn(wire.buffer(), frame, TcpSide.SYN, client.next++, 0, wire.nowNs()));
  }

  void accept() throws IOException {
    heard(server);
    int frame = wire.begin();
    int flags = TcpSide.SYN | TcpSide.ACK;
    wire.end(server.sealSyn(wire.buffer(), frame, flags, server.next++, client.next, wire.nowNs()));
  }

  /** A segment without data. */
  void control(TcpSide from, int flags) throws IOException {
    TcpSide to = peer(from);
    heard(from);
    to.unacknowledgedSegments = 0;
    int frame = wire.begin();
    wire.end(from.seal(wire.buffer(), frame, 0, flags, from.next, to.next, wire.nowNs()));
    if ((flags & TcpSide.FIN) != 0) {
      from.next++;
    }
  }

  /**
   * Sends up to so many segments, and the other side's acknowledgements between them. A segment is
   * only held back where another follows at once, so that the reordering stays inside one burst.
   */
  void send(TcpSide from, Outgoing outgoing, int segments) throws IOException {
    TcpSide to = peer(from);
    int heldLength = 0;
    for (int sent = 0; (sent < segments || heldLength > 0) && !outgoing.isEmpty(); sent++) {
      heard(from);
      int frame = wire.begin();
      byte[] buffer = wire.buffer();
      int payload = outgoing.take(buffer, from.payloadAt(frame), from.segmentBytes());
      int flags = TcpSide.ACK | (outgoing.isEmpty() ? TcpSide.PSH : 0);
      int length = from.seal(buffer, frame, payload, flags, from.next, to.next, wire.nowNs());
      from.next += payload;
      if (heldLength == 0 && !outgoing.isEmpty() && dice.chance(mix.reordered())) {
        System.arraycopy(buffer, frame, held, 0, length);
        heldLength = length;
        continue;
      }
      boolean again = dice.chance(mix.retransmitted());
      if (again && heldLength == 0) {
        System.arraycopy(buffer, frame, held, 0, length);
      }
      wire.end(length);
      if (heldLength > 0) {
        write(heldLength);
        heldLength = 0;
        from.unacknowledgedSegments++;
      } else if (again) {
        retransmit(from, payload, flags);
      }
      if (++from.unacknowledgedSegments >= SEGMENTS_PER_ACKNOWLEDGEMENT) {
        control(to, TcpSide.ACK);
      }
    }
  }

  private void write(int length) throws IOException {
    int frame = wire.begin();
    System.arraycopy(held, 0, wire.buffer(), frame, length);
    wire.end(length);
  }

  /** The held frame's bytes once more, with headers of their own. */
  private void retransmit(TcpSide from, int payload, int flags) throws IOException {
    int frame = wire.begin();
    System.arraycopy(held, from.payloadAt(0), wire.buffer(), from.payloadAt(frame), payload);
    int sequence = from.next - payload;
    int acknowledge = peer(from).next;
    wire.end(from.seal(wire.buffer(), frame, payload, flags, sequence, acknowledge, wire.nowNs()));
  }

  private void heard(TcpSide side) {
    side.lastTimestamp = peer(side).timestamp(wire.nowNs());
  }
}
