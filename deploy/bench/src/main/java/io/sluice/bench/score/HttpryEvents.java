package io.sluice.bench.score;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What httpry prints with the format {@value #FORMAT}. It does not pair: a response is given to the
 * oldest request of its connection that has none, which is the best that can be made of it.
 */
final class HttpryEvents implements PeerOutput {
  static final String FORMAT =
      "source-ip,source-port,dest-ip,dest-port,direction,method,host,request-uri,status-code";

  @Override
  public List<PeerEvent> events(String file, List<String> lines) {
    List<PeerEvent> events = new ArrayList<>();
    Map<String, Deque<PeerEvent>> unanswered = new HashMap<>();
    for (String line : lines) {
      String[] column = line.split("\t", -1);
      if (column.length != 9) {
        continue; // a heading, or what is left of a line that had a tab in it
      }
      if (column[4].equals(">")) {
        PeerEvent event =
            new PeerEvent(file, column[0], column[1], column[2], column[3])
                .request(column[5], column[6], column[7]);
        events.add(event);
        unanswered
            .computeIfAbsent(
                String.join(" ", column[0], column[1], column[2], column[3]),
                _ -> new ArrayDeque<>())
            .add(event);
      } else {
        Deque<PeerEvent> waiting =
            unanswered.get(String.join(" ", column[2], column[3], column[0], column[1]));
        boolean interim = column[8].startsWith("1");
        if (waiting != null && !waiting.isEmpty() && !interim) {
          waiting.remove().status(column[8]);
        }
      }
    }
    return events;
  }
}
