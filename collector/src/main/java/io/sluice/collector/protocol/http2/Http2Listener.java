package io.sluice.collector.protocol.http2;

/**
 * What the frames of one connection say, in order within a side. Side is the sender, {@link
 * io.sluice.collector.flow.Flow#FROM_LOW} or FROM_HIGH. Called on the worker's thread.
 */
public interface Http2Listener {
  /** A header section is complete: of a request, a response, an interim response, or trailers. */
  void onHeaders(int side, int streamId, HeaderSection headers, boolean endsStream);

  /** The server says which request it will answer unasked. */
  void onPushPromise(int side, int promisedId, HeaderSection headers);

  /**
   * Content bytes of a stream, without padding.
   *
   * @param missing how many of them were not captured
   */
  void onData(int side, int streamId, long bytes, long missing);

  /** The side will send nothing more on the stream. */
  void onEndStream(int side, int streamId);

  /** The side gave the stream up. */
  void onReset(int side, int streamId);

  /** The side will not answer requests on streams above this one. */
  void onGoAway(int side, int lastStreamId);

  /** What the side says can't be told from here on. */
  void onLost(int side);
}
