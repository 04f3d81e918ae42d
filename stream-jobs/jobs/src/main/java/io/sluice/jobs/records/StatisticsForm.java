package io.sluice.jobs.records;

/** How sums and statistics are written, wherever they are a part. */
final class StatisticsForm {
  private StatisticsForm() {}

  static void write(Sums sums, ByteWriter out) {
    out.number(sums.requests);
    out.number(sums.errors);
    out.number(sums.truncated);
    out.number(sums.requestBytes);
    out.number(sums.responseBytes);
    out.number(sums.latencyCount);
    out.number(sums.latencySumUs);
    out.number(sums.durationSumUs);
  }

  static Sums readSums(ByteReader in) {
    Sums sums = new Sums();
    sums.requests = in.number();
    sums.errors = in.number();
    sums.truncated = in.number();
    sums.requestBytes = in.number();
    sums.responseBytes = in.number();
    sums.latencyCount = in.number();
    sums.latencySumUs = in.number();
    sums.durationSumUs = in.number();
    return sums;
  }

  static void write(WindowKey window, ByteWriter out) {
    out.text(window.host());
    out.number(window.startMs());
  }

  static WindowKey readWindow(ByteReader in) {
    return new WindowKey(in.knownText(), in.number());
  }

  static void write(Group group, ByteWriter out) {
    out.text(group.sensor());
    out.text(group.path());
    out.text(group.method());
    out.number(group.statusClass());
  }

  static Group readGroup(ByteReader in) {
    return new Group(in.knownText(), in.knownText(), in.knownText(), in.integer());
  }

  /** Each group with its sums. */
  static void write(Group[] groups, Sums[] sums, ByteWriter out) {
    out.number(groups.length);
    for (int i = 0; i < groups.length; i++) {
      write(groups[i], out);
      write(sums[i], out);
    }
  }

  /**
   * @param groups of as many as were written, which {@code in} stands behind; to be filled
   * @param sums the same
   */
  static void readGroups(ByteReader in, Group[] groups, Sums[] sums) {
    for (int i = 0; i < groups.length; i++) {
      groups[i] = readGroup(in);
      sums[i] = readSums(in);
    }
  }

  static void write(HostStatistics host, ByteWriter out) {
    write(host.sums, out);
    write(host.latencies, out);
    write(host.durations, out);
    out.ascending(host.clients.tokens);
    out.bytes(host.clients.registers);
    write(host.frequent, out);
  }

  static HostStatistics readHost(ByteReader in) {
    HostStatistics host = new HostStatistics();
    host.sums = readSums(in);
    host.latencies = readQuantiles(in);
    host.durations = readQuantiles(in);
    host.clients.tokens = in.ascending();
    host.clients.registers = in.bytes();
    host.frequent = readFrequent(in);
    return host;
  }

  private static void write(Quantiles quantiles, ByteWriter out) {
    out.ascending(quantiles.bins);
    out.numbers(quantiles.counts);
  }

  private static Quantiles readQuantiles(ByteReader in) {
    Quantiles quantiles = new Quantiles();
    quantiles.bins = in.ascending();
    quantiles.counts = in.numbers(quantiles.bins.length);
    return quantiles;
  }

  /** One for each ranking. */
  static void write(Frequent[] frequent, ByteWriter out) {
    for (Frequent ranked : frequent) {
      out.number(ranked.error);
      out.number(ranked.values.length);
      for (int i = 0; i < ranked.values.length; i++) {
        out.text(ranked.values[i]);
        out.number(ranked.counts[i]);
      }
    }
  }

  static Frequent[] readFrequent(ByteReader in) {
    Frequent[] frequent = new Frequent[Ranking.all().length];
    for (Ranking ranking : Ranking.all()) {
      Frequent ranked = new Frequent();
      ranked.error = in.number();
      ranked.values = new String[in.integer()];
      ranked.counts = new long[ranked.values.length];
      for (int i = 0; i < ranked.values.length; i++) {
        // Nearly every path is a new one, and would take the place of a text that comes again.
        ranked.values[i] = ranking == Ranking.PATH ? in.text() : in.knownText();
        ranked.counts[i] = in.number();
      }
      frequent[ranking.ordinal()] = ranked;
    }
    return frequent;
  }
}
