package io.sluice.bench.traffic;

import java.io.IOException;

/** A connection that is not HTTP: TLS records of noise, both ways. One thread. */
final class TlsSession implements Session {
  static final int PORT = 443;
  private static final int LARGEST_RECORD = 16 * 1024;

  private final Dice dice;
  private final TcpPair tcp;
  private final Outgoing outgoing = new Outgoing();
  private final byte[] record = new byte[5 + LARGEST_RECORD];
  private int visits;
  private int turnsLeft;

  TlsSession(Wire wire, Dice dice, Mix mix, Address client, int clientPort, Address server) {
    this.dice = dice;
    tcp = new TcpPair(wire, dice, mix, client, clientPort, server, PORT);
    turnsLeft = dice.logUniform(2, 64);
  }

  @Override
  public boolean visit() throws IOException {
    if (visits++ == 0) {
      tcp.synchronize();
    } else if (visits == 2) {
      tcp.accept();
      tcp.control(tcp.client(), TcpSide.ACK);
    } else if (turnsLeft > 0) {
      boolean toServer = turnsLeft % 2 == 0;
      fill(toServer ? 600 : LARGEST_RECORD);
      tcp.send(toServer ? tcp.client() : tcp.server(), outgoing, Integer.MAX_VALUE);
      turnsLeft--;
    } else {
      tcp.control(tcp.client(), TcpSide.FIN | TcpSide.ACK);
      tcp.control(tcp.server(), TcpSide.FIN | TcpSide.ACK);
      tcp.control(tcp.client(), TcpSide.ACK);
      return false;
    }
    return true;
  }

  /** One application data record (RFC 8446, 5.1). */
  private void fill(int most) {
    int length = dice.logUniform(100, most);
    record[0] = 23;
    record[1] = 3;
    record[2] = 3;
    Bytes.putShort(record, 3, length);
    for (int at = 5; at + 4 <= 5 + length; at += 4) {
      Bytes.putInt(record, at, (int) dice.next());
    }
    outgoing.borrow(record, 0, 5 + length);
  }
}
