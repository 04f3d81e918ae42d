package io.sluice.bench.score;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A request that another program saw, with its status as soon as that is known. One thread. */
final class PeerEvent {
  private final Map<String, Object> fields = new LinkedHashMap<>();

  PeerEvent(
      String file,
      String sourceIp,
      String sourcePort,
      String destinationIp,
      String destinationPort) {
    fields.put("file", file);
    fields.put("src_ip", sourceIp);
    fields.put("src_port", sourcePort);
    fields.put("dst_ip", destinationIp);
    fields.put("dst_port", destinationPort);
  }

  /** Null or "-" where the program saw none. */
  PeerEvent request(String method, String host, String target) {
    fields.put("method", method);
    fields.put("host", host);
    fields.put("uri", target);
    return this;
  }

  void status(String status) {
    fields.put("status", status);
  }

  String json() {
    return JsonMapper.shared().writeValueAsString(fields);
  }
}
