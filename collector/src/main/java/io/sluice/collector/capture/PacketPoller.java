package io.sluice.collector.capture;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.sluice.collector.posix.Libc;
import io.sluice.collector.posix.PosixException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Waits for any of a worker's sockets. Owned by the worker. */
public final class PacketPoller implements AutoCloseable {
  private static final int POLLFD_BYTES = 8;
  private static final int EVENTS_OFFSET = 4;
  private static final int RESULT_OFFSET = 6;
  private static final short POLLIN = 1;
  private static final short POLLERR = 8;

  private final List<PacketSocket> sockets;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment pollfds;

  public PacketPoller(List<PacketSocket> sockets) {
    this.sockets = List.copyOf(sockets);
    pollfds = arena.allocate((long) POLLFD_BYTES * sockets.size(), 8);
    for (int i = 0; i < sockets.size(); i++) {
      pollfds.set(JAVA_INT, (long) POLLFD_BYTES * i, sockets.get(i).fd());
      pollfds.set(JAVA_SHORT, (long) POLLFD_BYTES * i + EVENTS_OFFSET, POLLIN);
    }
  }

  /** Waits until a block may be ready, at most so long. */
  public void await(int timeoutMs) throws PosixException {
    if (Libc.poll(pollfds, sockets.size(), timeoutMs) <= 0) {
      return;
    }
    for (int i = 0; i < sockets.size(); i++) {
      if ((pollfds.get(JAVA_SHORT, (long) POLLFD_BYTES * i + RESULT_OFFSET) & POLLERR) != 0) {
        sockets.get(i).noteError();
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
