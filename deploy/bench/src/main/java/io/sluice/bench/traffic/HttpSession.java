package io.sluice.bench.traffic;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A keep-alive connection: handshake, exchanges (pipelined or not), end. One thread. */
final class HttpSession implements Session {
  private static final double RESET_SHARE = 0.03;
  private static final double UNANSWERED_SHARE = 0.005;
  private static final double SINGLE_EXCHANGE_SHARE = 0.2;
  private static final int MOST_PIPELINED = 8;
  private static final int LARGEST_BURST_SEGMENTS = 16;

  private enum Stage {
    SYNCHRONIZE,
    ACCEPT,
    REQUEST,
    UPLOAD,
    RESPONSE,
    CLOSE,
    CLOSED
  }

  private final Dice dice;
  private final TcpPair tcp;
  private final Address clientAddress;
  private final int clientPort;
  private final Address serverAddress;
  private final int serverPort;
  private final String host;
  private final Requests requests;
  private final Responses responses;
  private final Truth truth;
  private final BooleanSupplier draining;
  private final boolean pipelined;
  private final boolean reset;
  private final Outgoing outgoing = new Outgoing();
  private final List<Requests.Sent> unanswered = new ArrayList<>();
  private int exchangesLeft;
  private int depth;
  private boolean abandoned;
  private Stage stage = Stage.SYNCHRONIZE;

  /**
   * @param draining true from when on no further exchange shall start
   */
  HttpSession(
      Wire wire,
      Dice dice,
      Mix mix,
      Address clientAddress,
      int clientPort,
      Address serverAddress,
      int serverPort,
      String host,
      Requests requests,
      Responses responses,
      Truth truth,
      BooleanSupplier draining) {
    this.dice = dice;
    this.clientAddress = clientAddress;
    this.clientPort = clientPort;
    this.serverAddress = serverAddress;
    this.serverPort = serverPort;
    this.host = host;
    this.requests = requests;
    this.responses = responses;
    this.truth = truth;
    this.draining = draining;
    tcp = new TcpPair(wire, dice, mix, clientAddress, clientPort, serverAddress, serverPort);
    pipelined = dice.chance(mix.pipelined());
    exchangesLeft = dice.chance(SINGLE_EXCHANGE_SHARE) ? 1 : dice.logUniform(2, 64);
    reset = dice.chance(RESET_SHARE);
  }

  @Override
  public boolean visit() throws IOException {
    switch (stage) {
      case SYNCHRONIZE -> {
        tcp.synchronize();
        stage = Stage.ACCEPT;
      }
      case ACCEPT -> {
        tcp.accept();
        stage = Stage.REQUEST;
      }
      case REQUEST -> {
        if (depth == 0) {
          tcp.control(tcp.client(), TcpSide.ACK);
        }
        compose();
        upload();
      }
      case UPLOAD -> upload();
      case RESPONSE -> {
        burst(tcp.server());
        if (outgoing.isEmpty()) {
          stage = exchangesLeft == 0 ? Stage.CLOSE : Stage.REQUEST;
        }
      }
      case CLOSE -> close();
      case CLOSED -> {}
    }
    return stage != Stage.CLOSED;
  }

  private void compose() {
    if (draining.getAsBoolean()) {
      exchangesLeft = 1;
    }
    int together = pipelined ? Math.min(exchangesLeft, dice.between(2, MOST_PIPELINED)) : 1;
    for (int i = 0; i < together; i++) {
      exchangesLeft--;
      boolean keepAlive = exchangesLeft > 0;
      unanswered.add(requests.add(outgoing, host, serverPort, keepAlive, together == 1));
    }
  }

  private void upload() throws IOException {
    burst(tcp.client());
    stage = Stage.UPLOAD;
    if (!outgoing.isEmpty()) {
      return;
    }
    if (dice.chance(0.5)) {
      tcp.control(tcp.server(), TcpSide.ACK);
    }
    stage = Stage.RESPONSE;
    if (exchangesLeft == 0 && unanswered.size() == 1 && dice.chance(UNANSWERED_SHARE)) {
      answer(unanswered.getFirst(), new Responses.Sent(0, 0, 0));
      abandoned = true;
      stage = Stage.CLOSE;
    } else {
      for (int i = 0; i < unanswered.size(); i++) {
        boolean last = exchangesLeft == 0 && i == unanswered.size() - 1;
        Requests.Sent request = unanswered.get(i);
        answer(request, responses.add(outgoing, request.method(), last));
      }
    }
    unanswered.clear();
  }

  private void answer(Requests.Sent request, Responses.Sent response) {
    depth++;
    truth.add(
        clientAddress,
        clientPort,
        serverAddress,
        serverPort,
        new Exchange(
            request.method(),
            request.target(),
            host,
            depth,
            request.headerBytes(),
            request.bodyBytes(),
            response.status(),
            response.headerBytes(),
            response.bodyBytes()));
  }

  private void burst(TcpSide from) throws IOException {
    tcp.send(from, outgoing, dice.between(2, LARGEST_BURST_SEGMENTS));
  }

  /** The server has announced the close and ends first, unless it never answered. */
  private void close() throws IOException {
    if (!abandoned) {
      tcp.control(tcp.server(), TcpSide.FIN | TcpSide.ACK);
    }
    if (reset || abandoned) {
      tcp.control(tcp.client(), TcpSide.RST | TcpSide.ACK);
    } else {
      tcp.control(tcp.client(), TcpSide.FIN | TcpSide.ACK);
      tcp.control(tcp.server(), TcpSide.ACK);
    }
    stage = Stage.CLOSED;
  }
}
