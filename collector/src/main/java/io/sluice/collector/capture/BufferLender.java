package io.sluice.collector.capture;

import java.lang.foreign.MemorySegment;

/**
 * Lends the memory that a capture is read into, where frames have to outlive the call of their
 * handler. Called on the reading thread.
 */
@FunctionalInterface
public interface BufferLender {
  /**
   * The buffer to go on in. The one before holds the frames that were delivered since the last
   * call, and is not written to any more; its last bytes may be copied from during the read that
   * follows.
   *
   * @param minBytes what the buffer has to hold at least, below 2^25
   * @return native memory
   */
  MemorySegment next(long minBytes);
}
