package io.sluice.jobs.functions;

import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.records.Row;
import io.sluice.jobs.records.Statistics;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.Windows;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** Requests added up to rows, one row in each dimension for each request. */
final class Bundle {
  private final Windows windows;
  private final UnaryOperator<WindowKey> place;
  private Map<Row, Statistics> rows = new HashMap<>();
  private long requests;

  /**
   * @param place what stands for a host and window: itself, or another where there are too many
   */
  Bundle(Windows windows, UnaryOperator<WindowKey> place) {
    this.windows = windows;
    this.place = place;
  }

  void add(Request request) {
    requests++;
    WindowKey window = place.apply(new WindowKey(request.host(), windows.start(request.timeMs())));
    add(new Row(window, Group.response(request.method(), request.statusClass())), request);
    add(new Row(window, Group.url(request.path())), request);
    add(new Row(window, Group.client(request.client())), request);
  }

  private void add(Row row, Request request) {
    rows.computeIfAbsent(row, r -> new Statistics()).add(request);
  }

  int size() {
    return rows.size();
  }

  /** Requests since it was last drained. */
  long requests() {
    return requests;
  }

  /** Hands the rows over and is empty. */
  void drain(BiConsumer<Row, Statistics> to) {
    Map<Row, Statistics> full = rows;
    rows = new HashMap<>();
    requests = 0;
    full.forEach(to);
  }
}
