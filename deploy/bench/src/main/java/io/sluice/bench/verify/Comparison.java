package io.sluice.bench.verify;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events against the truth of a generated capture: matched by connection and depth, compared in
 * every field that the truth has, and in the totals of each field.
 */
public final class Comparison {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String[] FIELDS = {
    "/request/method",
    "/request/target",
    "/request/host",
    "/request/header_bytes",
    "/request/body_bytes",
    "/response/status",
    "/response/header_bytes",
    "/response/body_bytes"
  };

  private final long[] differences = new long[FIELDS.length];
  private final long[] trueTotals = new long[FIELDS.length];
  private final long[] seenTotals = new long[FIELDS.length];
  private final List<String> shown = new ArrayList<>();
  private final int show;
  private long expected;
  private long seen;
  private long unexpected;
  private long missing;

  private Comparison(int show) {
    this.show = show;
  }

  /**
   * @param show how many differences to keep for the report
   */
  public static Comparison of(Path truth, Path events, int show) throws IOException {
    Comparison comparison = new Comparison(show);
    Map<String, String[]> pending = new HashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(truth)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode exchange = JSON.readTree(line);
        String[] values = values(exchange);
        add(comparison.trueTotals, values);
        comparison.expected++;
        pending.put(key(exchange), values);
      }
    }
    try (BufferedReader lines = Files.newBufferedReader(events)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode event = JSON.readTree(line);
        String[] values = values(event);
        add(comparison.seenTotals, values);
        comparison.seen++;
        comparison.compare(line, pending.remove(key(event)), values);
      }
    }
    comparison.missing = pending.size();
    pending.keySet().stream().limit(show).forEach(key -> comparison.shown.add("missing: " + key));
    return comparison;
  }

  public boolean same() {
    for (long count : differences) {
      if (count != 0) {
        return false;
      }
    }
    return missing == 0 && unexpected == 0;
  }

  public String report() {
    StringBuilder text = new StringBuilder();
    shown.forEach(line -> text.append(line).append('\n'));
    text.append(
        String.format(
            Locale.ROOT,
            "exchanges: %,d expected, %,d seen, %,d missing, %,d not expected%n",
            expected,
            seen,
            missing,
            unexpected));
    for (int i = 0; i < FIELDS.length; i++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-24s %,d differ; totals %,d expected, %,d seen%n",
              FIELDS[i].substring(1),
              differences[i],
              trueTotals[i],
              seenTotals[i]));
    }
    return text.append(same() ? "the same\n" : "DIFFERENT\n").toString();
  }

  private void compare(String line, String[] truth, String[] values) {
    if (truth == null) {
      unexpected++;
      show("not expected: " + line);
      return;
    }
    for (int i = 0; i < FIELDS.length; i++) {
      if (!truth[i].equals(values[i])) {
        differences[i]++;
        show(FIELDS[i] + " should be " + truth[i] + ": " + line);
      }
    }
  }

  private void show(String line) {
    if (shown.size() < show) {
      shown.add(line);
    }
  }

  private static String key(JsonNode exchange) throws IOException {
    JsonNode flow = exchange.path("flow");
    return canonical(flow.path("client_ip").asString(""))
        + ' '
        + flow.path("client_port").asInt(0)
        + ' '
        + canonical(flow.path("server_ip").asString(""))
        + ' '
        + flow.path("server_port").asInt(0)
        + ' '
        + exchange.path("depth").asInt(0);
  }

  /** One spelling for each address. */
  private static String canonical(String address) {
    return InetAddress.ofLiteral(address).getHostAddress();
  }

  private static String[] values(JsonNode exchange) {
    String[] values = new String[FIELDS.length];
    for (int i = 0; i < FIELDS.length; i++) {
      JsonNode value = exchange.at(FIELDS[i]);
      values[i] = value.isMissingNode() || value.isNull() ? "-" : value.asString();
    }
    return values;
  }

  /** Numbers by value, text by length, so that totals show what kind of thing is lost. */
  private static void add(long[] totals, String[] values) {
    for (int i = 0; i < FIELDS.length; i++) {
      boolean number = FIELDS[i].endsWith("_bytes");
      totals[i] +=
          !number ? values[i].length() : values[i].equals("-") ? 0 : Long.parseLong(values[i]);
    }
  }
}
