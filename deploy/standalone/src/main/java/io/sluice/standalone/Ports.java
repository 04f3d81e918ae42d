package io.sluice.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/** Chooses loopback ports that nobody listens on, no port twice. */
public final class Ports {
  private static final int TRIED = 200;

  private final Set<Integer> taken = new HashSet<>();

  /** The wanted port if it is free, else the next free one. */
  int take(int wanted) {
    for (int port = wanted; port < Math.min(wanted + TRIED, 65_536); port++) {
      if (!taken.contains(port) && isFree(port)) {
        taken.add(port);
        return port;
      }
    }
    throw new Problem(
        "cannot find a free port: %d to %d are all taken; stop what listens there"
            .formatted(wanted, wanted + TRIED - 1));
  }

  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
