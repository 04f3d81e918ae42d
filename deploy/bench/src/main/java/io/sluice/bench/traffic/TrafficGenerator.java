package io.sluice.bench.traffic;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;

/**
 * Writes HTTP traffic between invented clients and servers as a capture file. The same seed, size
 * and mix give the same bytes. Memory does not grow with the size.
 */
public final class TrafficGenerator {
  /** 2026-11-21T01:02:03Z. */
  private static final long START_NS = 1_795_222_923_000_000_000L;

  private static final int SERVERS = 200;
  private static final int CLIENTS = 20_000;

  /** Every client address uses each port once before any is used again. */
  private static final int FIRST_PORT = 1024;

  private static final int PORTS = 65_536 - FIRST_PORT;

  private final Mix mix;
  private final Dice dice;
  private final Wire wire;
  private final PcapWriter file;
  private final Truth truth;
  private final Requests requests;
  private final Responses responses;
  private final Datagrams datagrams;
  private final long size;
  private long sessions;

  /** What was written. */
  public record Written(long bytes, long frames, long exchanges, long sessions, double seconds) {}

  private TrafficGenerator(long seed, long size, Mix mix, PcapWriter file, Truth truth) {
    this.mix = mix;
    this.size = size;
    this.file = file;
    this.truth = truth;
    dice = new Dice(seed);
    wire = new Wire(file, dice, mix.megabitsPerSecond(), START_NS);
    MessageBodies bodies = new MessageBodies(dice, mix);
    requests = new Requests(dice, mix, bodies);
    responses = new Responses(dice, mix, bodies);
    datagrams = new Datagrams(wire, dice);
  }

  /**
   * @param size bytes of the file after which no exchange is begun
   * @param truth gets a line per exchange; null for none
   */
  public static Written write(long seed, long size, Mix mix, OutputStream out, Writer truth)
      throws IOException {
    try (PcapWriter file = new PcapWriter(out);
        Truth lines = new Truth(truth)) {
      return new TrafficGenerator(seed, size, mix, file, lines).run();
    }
  }

  private Written run() throws IOException {
    Session[] open = new Session[mix.connections()];
    int count = 0;
    double floodDue = 0;
    while (count > 0 || !draining()) {
      while (count < open.length && !draining()) {
        open[count++] = newSession();
      }
      long framesBefore = wire.frames();
      int turn = dice.below(count);
      if (!open[turn].visit()) {
        open[turn] = open[--count];
        open[count] = null;
      }
      for (floodDue += (wire.frames() - framesBefore) * mix.flood(); floodDue >= 1; floodDue--) {
        datagrams.flood();
      }
    }
    double seconds = (wire.nowNs() - START_NS) / 1e9;
    return new Written(file.bytes(), file.frames(), truth.exchanges(), sessions, seconds);
  }

  private boolean draining() {
    return wire.bytes() >= size;
  }

  private Session newSession() throws IOException {
    long number = sessions++;
    int client = (int) (number % CLIENTS);
    int clientPort = FIRST_PORT + (int) ((number / CLIENTS * 7919 + client) % PORTS);
    // Squaring a fraction makes some servers far busier than others.
    double popularity = dice.fraction();
    int server = (int) (popularity * popularity * SERVERS);
    boolean ipv6 = dice.chance(mix.ipv6());
    Address clientAddress = ipv6 ? Address.v6(1, 1 + client) : Address.v4(0x010000 + client);
    Address serverAddress = ipv6 ? Address.v6(2, 1 + server) : Address.v4(0xc80000 + server);
    if (dice.chance(mix.other())) {
      datagrams.dnsQuestion(Address.v4(0x010000 + client), Address.v4(0x000035));
      return new TlsSession(wire, dice, mix, clientAddress, clientPort, serverAddress);
    }
    return new HttpSession(
        wire,
        dice,
        mix,
        clientAddress,
        clientPort,
        serverAddress,
        server % 5 == 4 ? 8080 : 80,
        "www" + server + ".example.com",
        requests,
        responses,
        truth,
        this::draining);
  }
}
