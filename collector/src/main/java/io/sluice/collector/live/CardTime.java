package io.sluice.collector.live;

import io.sluice.collector.capture.PacketSocket;
import io.sluice.collector.capture.RingOptions;
import io.sluice.collector.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Packet times of the network card, where they are asked for and it has some. */
final class CardTime {
  private static final Logger LOG = LoggerFactory.getLogger(CardTime.class);

  private CardTime() {}

  /**
   * Says what came of it. Where the card can't be told to take times, another program may have told
   * it: what it gives is taken.
   *
   * @param socket bound, of any thread
   */
  static void take(PacketSocket socket, RingOptions options) {
    if (!options.timedByCard()) {
      return;
    }
    try {
      socket.timeByCard();
      LOG.warn("packet times of {} are its network card's", socket.interfaceName());
    } catch (PosixException e) {
      LOG.warn(
          "cannot have the network card of {} take packet times: {}; the kernel's are used where it"
              + " gives none",
          socket.interfaceName(),
          e.cause());
    }
  }
}
