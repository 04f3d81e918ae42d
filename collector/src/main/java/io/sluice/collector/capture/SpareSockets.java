package io.sluice.collector.capture;

import io.sluice.collector.posix.Libc;
import io.sluice.collector.posix.PosixException;
import java.util.ArrayDeque;

/**
 * Packet sockets for interfaces that are made again, opened while there are privileges: a socket of
 * a fanout group can't be bound anew, and none can be opened later. They have no ring before they
 * are taken, so they cost next to nothing. Any thread.
 */
public final class SpareSockets implements AutoCloseable {
  private final ArrayDeque<Integer> descriptors = new ArrayDeque<>();

  private SpareSockets() {}

  /** In the calling thread's network namespace. */
  public static SpareSockets open(int count) throws PosixException {
    SpareSockets spares = new SpareSockets();
    try {
      for (int i = 0; i < count; i++) {
        spares.descriptors.add(PacketSocket.descriptor());
      }
      return spares;
    } catch (PosixException e) {
      spares.close();
      throw e;
    }
  }

  public synchronized int left() {
    return descriptors.size();
  }

  /** The next one, with its ring mapped and the filter attached; there must be one left. */
  public synchronized PacketSocket take(RingOptions options, PacketSocket.ProgramAttachment filter)
      throws PosixException {
    return PacketSocket.on(descriptors.remove(), options, filter);
  }

  @Override
  public synchronized void close() throws PosixException {
    while (!descriptors.isEmpty()) {
      Libc.close(descriptors.remove());
    }
  }
}
