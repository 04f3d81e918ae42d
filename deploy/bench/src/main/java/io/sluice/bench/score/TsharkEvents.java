package io.sluice.bench.score;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What tshark prints of {@link #FIELDS} with all occurrences, aggregated by the byte 1. The tuple
 * is the innermost one; responses name the frame of their request.
 */
final class TsharkEvents implements PeerOutput {
  static final List<String> FIELDS =
      List.of(
          "frame.number",
          "frame.protocols",
          "ip.src",
          "ip.dst",
          "ipv6.src",
          "ipv6.dst",
          "tcp.srcport",
          "tcp.dstport",
          "http.request.method",
          "http.host",
          "http.request.uri",
          "http.response.code",
          "http.request_in");

  private static final String SEPARATOR = "\u0001";

  @Override
  public List<PeerEvent> events(String file, List<String> lines) {
    List<PeerEvent> events = new ArrayList<>();
    Map<String, Deque<PeerEvent>> byFrame = new HashMap<>();
    for (String line : lines) {
      String[] column = line.split("\t", -1);
      if (column.length != FIELDS.size()) {
        continue;
      }
      String[] methods = all(column[8]);
      String[] hosts = all(column[9]);
      String[] targets = all(column[10]);
      for (int i = 0; i < methods.length; i++) {
        boolean ipv6 = column[1].lastIndexOf("ipv6") > column[1].lastIndexOf(":ip:");
        PeerEvent event =
            new PeerEvent(
                    file,
                    last(column[ipv6 ? 4 : 2]),
                    last(column[6]),
                    last(column[ipv6 ? 5 : 3]),
                    last(column[7]))
                .request(
                    methods[i],
                    hosts.length == methods.length ? hosts[i] : null,
                    targets.length == methods.length ? targets[i] : null);
        events.add(event);
        byFrame.computeIfAbsent(column[0], _ -> new ArrayDeque<>()).add(event);
      }
      String[] statuses = all(column[11]);
      String[] requestFrames = all(column[12]);
      for (int i = 0; i < Math.min(statuses.length, requestFrames.length); i++) {
        Deque<PeerEvent> waiting = byFrame.get(requestFrames[i]);
        if (waiting != null && !waiting.isEmpty() && !statuses[i].startsWith("1")) {
          waiting.remove().status(statuses[i]);
        }
      }
    }
    return events;
  }

  private static String[] all(String column) {
    return column.isEmpty() ? new String[0] : column.split(SEPARATOR, -1);
  }

  private static String last(String column) {
    return column.substring(column.lastIndexOf(SEPARATOR) + 1);
  }
}
