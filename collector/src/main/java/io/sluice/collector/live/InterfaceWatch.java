package io.sluice.collector.live;

import io.sluice.collector.capture.InterfaceState;
import io.sluice.collector.capture.PacketSocket;
import io.sluice.collector.capture.SpareSockets;
import io.sluice.collector.posix.PosixException;
import io.sluice.kernelfilter.FilterException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when an interface goes and comes back, and has a new one of its name watched by spare
 * sockets. Conductor only.
 */
final class InterfaceWatch {
  private static final Logger LOG = LoggerFactory.getLogger(InterfaceWatch.class);

  private final LiveOptions options;
  private final String name;
  private final PacketSocket.ProgramAttachment filter;
  private final PacketSocket.ProgramAttachment choice;
  private final SpareSockets spares;
  private final List<CaptureWorker> workers;
  private final List<PacketSocket> all;
  private List<PacketSocket> sockets;
  private InterfaceState last = InterfaceState.UP;
  private boolean saidNoneLeft;

  /**
   * @param choice of the worker for each packet
   * @param workers each with the socket of the same place in {@code sockets}
   * @param all takes every socket that comes into use
   */
  InterfaceWatch(
      LiveOptions options,
      PacketSocket.ProgramAttachment filter,
      PacketSocket.ProgramAttachment choice,
      SpareSockets spares,
      List<CaptureWorker> workers,
      List<PacketSocket> sockets,
      List<PacketSocket> all) {
    this.options = options;
    this.name = sockets.getFirst().interfaceName();
    this.filter = filter;
    this.choice = choice;
    this.spares = spares;
    this.workers = workers;
    this.sockets = sockets;
    this.all = all;
  }

  void check() {
    try {
      boolean interrupted = false;
      for (PacketSocket socket : sockets) {
        interrupted |= socket.takeInterrupted();
      }
      InterfaceState state = sockets.getFirst().interfaceState();
      if (state == InterfaceState.MADE_AGAIN) {
        state = replace() ? InterfaceState.UP : state;
      } else if (state != last) {
        tell(state);
      } else if (interrupted && state == InterfaceState.UP) {
        LOG.warn("interface {} was down for a moment; capture goes on", name);
      }
      last = state;
    } catch (PosixException | FilterException e) {
      LOG.warn("cannot watch interface {}: {}; trying again", name, e.getMessage());
    }
  }

  private void tell(InterfaceState state) {
    switch (state) {
      case UP -> LOG.warn("interface {} is up again; capture goes on", name);
      case DOWN -> LOG.warn("interface {} is down; capture goes on when it is up again", name);
      case GONE ->
          LOG.warn("interface {} is gone; capture goes on when there is one of its name", name);
      case MADE_AGAIN -> throw new IllegalArgumentException();
    }
  }

  private boolean replace() throws PosixException {
    if (spares.left() < sockets.size()) {
      if (!saidNoneLeft) {
        LOG.error(
            "cannot watch interface {}, which was made again: no spare sockets are left; start the"
                + " collector again",
            name);
        saidNoneLeft = true;
      }
      return false;
    }
    List<PacketSocket> fresh = new ArrayList<>();
    try {
      // Until all have joined their group each sees everything, and has to keep nothing.
      int group = 0;
      for (int i = 0; i < sockets.size(); i++) {
        PacketSocket socket = spares.take(options.ring(), PacketSocket::attachNothing);
        fresh.add(socket);
        socket.bind(name, options.promiscuous());
        CardTime.take(socket, options.ring());
        if (i > 0) {
          socket.joinFanout(group);
        } else if (sockets.size() > 1) {
          group = socket.openFanout(choice);
        }
      }
      for (PacketSocket socket : fresh) {
        filter.attach(socket.fd());
      }
    } catch (PosixException | RuntimeException e) {
      for (PacketSocket socket : fresh) {
        socket.close();
      }
      throw e;
    }
    all.addAll(fresh);
    for (int i = 0; i < fresh.size(); i++) {
      workers.get(i).replace(sockets.get(i), fresh.get(i));
    }
    sockets = fresh;
    LOG.warn(
        "interface {} was made again; capture goes on with it, and can so {} more times",
        name,
        spares.left() / fresh.size());
    return true;
  }
}
