package io.sluice.jobs.functions;

import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.records.Partial;
import io.sluice.jobs.records.ReplayStep;
import io.sluice.jobs.records.Request;
import io.sluice.jobs.records.Statistics;
import io.sluice.jobs.records.WindowKey;
import io.sluice.jobs.time.Windows;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/** One request to its rows, one in each dimension. */
public final class Expand {
  private Expand() {}

  static void each(Windows windows, Request request, Consumer<Partial> out) {
    WindowKey window = new WindowKey(request.host(), windows.start(request.timeMs()));
    Group response = Group.response(request.method(), request.statusClass());
    out.accept(new Partial(window, response, Statistics.of(request)));
    out.accept(new Partial(window, Group.url(request.path()), Statistics.of(request)));
    out.accept(new Partial(window, Group.client(request.client()), Statistics.of(request)));
  }

  /** For live requests. */
  public static final class Live implements FlatMapFunction<Request, Partial> {
    private static final long serialVersionUID = 1;
    private final Windows windows;

    public Live(Windows windows) {
      this.windows = windows;
    }

    @Override
    public void flatMap(Request request, Collector<Partial> out) {
      each(windows, request, out::collect);
    }
  }

  /** For replayed requests; the end of a replay passes as it is. */
  public static final class Replayed implements FlatMapFunction<Incoming, ReplayStep> {
    private static final long serialVersionUID = 1;
    private final Windows windows;

    public Replayed(Windows windows) {
      this.windows = windows;
    }

    /** The client's row is the last of a request. */
    private static long whole(Partial partial) {
      return partial.group().dimension() == Group.CLIENT ? 1 : 0;
    }

    @Override
    public void flatMap(Incoming record, Collector<ReplayStep> out) {
      if (record.kind() == Incoming.Kind.REPLAY_END) {
        out.collect(new ReplayStep(record.end().key(), null, 0, record.end()));
      } else {
        each(
            windows,
            record.request(),
            partial -> out.collect(new ReplayStep(record.replay(), partial, whole(partial), null)));
      }
    }
  }
}
