package io.sluice.collector.control;

import io.sluice.kernelfilter.Session;
import io.sluice.kernelfilter.SessionKey;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/** Sessions in JSON. */
public final class SessionList {
  private static final long NS_PER_MS = 1_000_000;

  private SessionList() {}

  /**
   * @param nowNs by the clock of the sessions, CLOCK_MONOTONIC
   */
  public static ArrayNode of(List<Session> sessions, long nowNs) {
    ArrayNode array = ControlProtocol.JSON.createArrayNode();
    for (Session session : sessions) {
      SessionKey key = session.key();
      array
          .addObject()
          .put("low", end(key.lowAddress(), key.lowPort()))
          .put("high", end(key.highAddress(), key.highPort()))
          .put("confirmed", session.confirmed())
          .put("bytes", session.bytes())
          .put("packets", session.packets())
          .put("age_ms", Math.max(0, nowNs - session.firstSeenNs()) / NS_PER_MS)
          .put("idle_ms", Math.max(0, nowNs - session.lastSeenNs()) / NS_PER_MS);
    }
    return array;
  }

  private static String end(InetAddress address, int port) {
    String text = address.getHostAddress();
    return (address instanceof Inet6Address ? "[" + text + "]" : text) + ":" + port;
  }
}
