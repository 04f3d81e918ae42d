package io.sluice.collector.reassembly;

import io.sluice.collector.flow.Flow;

/** A TCP connection: its two streams and the protocol's handler. Pooled, see {@link Flow}. */
public final class TcpFlow extends Flow {
  private final TcpStream low = new TcpStream();
  private final TcpStream high = new TcpStream();

  /** Null until the first payload. */
  StreamHandler handler;

  boolean reset;

  /** Packet time at which the flow is idle. */
  long expiresNs;

  /** Side of the endpoint that opened the connection, or -1 where that was not seen. */
  public int opener = -1;

  /** True where segments overlapped and their bytes differed. */
  public boolean overlapDiffers;

  /** True where urgent data was seen, which some receivers leave out of the stream. */
  public boolean urgent;

  TcpFlow() {
    low.flow = this;
    low.side = FROM_LOW;
    high.flow = this;
    high.side = FROM_HIGH;
  }

  public TcpStream stream(int side) {
    return side == FROM_LOW ? low : high;
  }

  void clear() {
    low.clear();
    high.clear();
    handler = null;
    reset = false;
    expiresNs = 0;
    opener = -1;
    overlapDiffers = false;
    urgent = false;
  }
}
