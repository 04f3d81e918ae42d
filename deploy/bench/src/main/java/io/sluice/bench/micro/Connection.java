package io.sluice.bench.micro;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.pipeline.PacketPipeline;
import io.sluice.collector.pipeline.PipelineOptions;

/** One TCP connection into a pipeline of its own, with true numbers, a microsecond a packet. */
final class Connection {
  private final PacketPipeline pipeline =
      new PacketPipeline(PipelineOptions.defaults(), this::take);
  private int clientNext = 1000;
  private int serverNext = 5000;
  private long timeNs = 1_700_000_000_000_000_000L;
  private RequestEvent last;

  Connection() {
    pipeline.onFrame(TcpFrame.syn(true).at(clientNext++, 0, timeNs));
    pipeline.onFrame(TcpFrame.syn(false).at(serverNext++, clientNext, timeNs));
  }

  private void take(RequestEvent event) {
    last = event;
  }

  void client(TcpFrame frame) {
    timeNs += 1000;
    pipeline.onFrame(frame.at(clientNext, serverNext, timeNs));
    clientNext += frame.payloadLength();
  }

  void server(TcpFrame frame) {
    timeNs += 1000;
    pipeline.onFrame(frame.at(serverNext, clientNext, timeNs));
    serverNext += frame.payloadLength();
  }

  /** Two segments of the server, the second first. */
  void swappedByServer(TcpFrame frame) {
    timeNs += 1000;
    pipeline.onFrame(frame.at(serverNext + frame.payloadLength(), clientNext, timeNs));
    timeNs += 1000;
    pipeline.onFrame(frame.at(serverNext, clientNext, timeNs));
    serverNext += 2 * frame.payloadLength();
  }

  /** The last event, or null. */
  RequestEvent last() {
    return last;
  }
}
