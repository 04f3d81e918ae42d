package io.sluice.kernelfilter.bench;

import io.sluice.kernelfilter.AddressPrefix;
import io.sluice.kernelfilter.FilterOptions;
import io.sluice.kernelfilter.HttpFilter;
import io.sluice.kernelfilter.Selection;
import io.sluice.kernelfilter.TestRun;
import io.sluice.kernelfilter.Tunnels;
import io.sluice.kernelfilter.ffi.BpfObject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * What the kernel program costs per packet, by BPF_PROG_TEST_RUN, beside a program that does
 * nothing, in the same run. Prints a Markdown table. Needs CAP_BPF.
 */
public final class KernelCost {
  private static final int REPEAT = 10_000;
  private static final int ROUNDS = 1_000;
  private static final int SINGLE_RUNS = 20_000;
  private static final int RESIDENT_ROUNDS = 30;
  private static final int RUNS_PER_ROUND = 10_000;
  private static final int[] RESIDENT = {10, 10_000, 1_000_000};
  private static final int ACK = 16;
  private static final int PORT = 40_001;
  private static final int REQUEST_BYTES = 420;
  private static final int MSS = 1_448;

  private KernelCost() {}

  public static void main(String[] arguments) throws IOException {
    try (BpfObject empty = emptyProgram()) {
      perPacket(empty);
      System.out.println();
      withResidentSessions(empty);
    }
  }

  private static void perPacket(BpfObject empty) {
    byte[] body = new byte[MSS];
    byte[] noSession = BenchFrame.tcp(true, 50_000, 1, ACK, body);
    byte[] request = BenchFrame.request(REQUEST_BYTES);
    int emptyFd = empty.programFd("empty");
    System.out.println("| packet | ns | × empty |");
    System.out.println("|---|---|---|");
    double none = repeated(n -> empty.testRun(emptyFd, noSession, REPEAT));
    row("empty program", none, none);
    try (HttpFilter filter = HttpFilter.load(FilterOptions.defaults().startingOpen())) {
      // A session inside a long body, of which any number of segments may come.
      filter.testRun(BenchFrame.tcp(true, PORT, 1, ACK, request), 1);
      filter.testRun(BenchFrame.tcp(false, PORT, 1, ACK, BenchFrame.responseHead(1L << 40)), 1);
      byte[] inBody = BenchFrame.tcp(false, PORT, 5_000, ACK, body);
      byte[] udp = BenchFrame.udp(body);
      byte[] pureAck = BenchFrame.tcp(true, PORT, 1, ACK, new byte[0]);

      row("UDP", repeated(n -> filter.testRun(udp, REPEAT)), none);
      row("pure ACK", repeated(n -> filter.testRun(pureAck, REPEAT)), none);
      row("payload of no session", repeated(n -> filter.testRun(noSession, REPEAT)), none);
      row("body of a session, trimmed", repeated(n -> filter.testRun(inBody, REPEAT)), none);

      // Each next in its stream, so each is scanned: a repeated one would be known already. The
      // measurement's own share of a single run is what an empty one costs beyond a repeated one.
      double own = single(n -> empty.testRun(emptyFd, noSession, 1)) - none;
      int start = 1 + request.length;
      double scanned =
          single(n ->
              filter.testRun(
                  BenchFrame.tcp(true, PORT, start + n * request.length, ACK, request), 1));
      row("request of 420 bytes, its head scanned", scanned - own, none);
    }
    try (HttpFilter filter = HttpFilter.load(everything())) {
      row(
          "payload of no session, every option on",
          repeated(n -> filter.testRun(noSession, REPEAT)),
          none);
    }
  }

  private static FilterOptions everything() {
    return FilterOptions.defaults()
        .startingOpen()
        .lookingInto(Tunnels.ALL)
        .keeping(FilterOptions.Direction.TO_SERVER)
        .selecting(
            Selection.ALL
                .sampling(0.5)
                .withPorts(Set.of(80), Set.of(8_080))
                .withPrefixes(List.of(AddressPrefix.parse("10.0.0.0/8")), List.of()));
  }

  /** Body packets, on 1,000 sessions at most and on all, beside more and more resident ones. */
  private static void withResidentSessions(BpfObject empty) {
    byte[] payload = new byte[MSS];
    int emptyFd = empty.programFd("empty");
    byte[] any = BenchFrame.ofClient(0, false, 5_000, ACK, payload);
    double own = meanOfSingle(1, n -> empty.testRun(emptyFd, any, 1));
    System.out.println("| resident sessions | ns, traffic on 1,000 at most | ns, traffic on all |");
    System.out.println("|---|---|---|");
    for (int resident : RESIDENT) {
      FilterOptions options =
          FilterOptions.defaults()
              .startingOpen()
              .withIdleTimeout(Duration.ofDays(1))
              .withSessions(65_536, resident + resident / 10);
      try (HttpFilter filter = HttpFilter.load(options)) {
        byte[] request = BenchFrame.request(REQUEST_BYTES);
        byte[] head = BenchFrame.responseHead(1L << 40);
        for (int client = 0; client < resident; client++) {
          filter.testRun(BenchFrame.ofClient(client, true, 1, ACK, request), 1);
          filter.testRun(BenchFrame.ofClient(client, false, 1, ACK, head), 1);
        }
        int busy = Math.min(1_000, resident);
        // Odd strides, so that neighbours in the order are none in the map.
        int step = resident / busy;
        double some = meanOfSingle(busy, n -> bodyOf(filter, n * step % resident, payload));
        double all =
            meanOfSingle(resident, n -> bodyOf(filter, (int) (n * 7_919L % resident), payload));
        System.out.printf(Locale.ROOT, "| %,d | %.0f | %.0f |%n", resident, some - own, all - own);
      }
    }
  }

  private static TestRun bodyOf(HttpFilter filter, int client, byte[] payload) {
    return filter.testRun(BenchFrame.ofClient(client, false, 5_000, ACK, payload), 1);
  }

  /**
   * Mean of runs over so many sessions in turn, of the round at the lowest tenth. A round has at
   * most 10,000 runs; the next goes on where it ended.
   */
  private static double meanOfSingle(int sessions, IntFunction<TestRun> run) {
    double[] means = new double[RESIDENT_ROUNDS];
    int next = 0;
    for (int round = 0; round < means.length; round++) {
      long[] nanoseconds = new long[RUNS_PER_ROUND];
      for (int i = 0; i < nanoseconds.length; i++) {
        nanoseconds[i] = run.apply(next).nanoseconds();
        next = (next + 1) % sessions;
      }
      // An interrupt says nothing of the program; cache misses are among the other 99 %.
      Arrays.sort(nanoseconds);
      means[round] =
          Arrays.stream(nanoseconds).limit(RUNS_PER_ROUND * 99L / 100).average().orElseThrow();
    }
    Arrays.sort(means);
    return means[means.length / 10];
  }

  private static void row(String name, double nanoseconds, double none) {
    System.out.printf(Locale.ROOT, "| %s | %.0f | %.1f |%n", name, nanoseconds, nanoseconds / none);
  }

  /**
   * A low quantile of the means of many short rounds: a round that shared its core with something
   * else says nothing of the program.
   */
  private static double repeated(IntFunction<TestRun> runs) {
    return quantile(ROUNDS, runs);
  }

  private static double single(IntFunction<TestRun> run) {
    return quantile(SINGLE_RUNS, run);
  }

  private static double quantile(int rounds, IntFunction<TestRun> run) {
    int[] nanoseconds = new int[rounds];
    for (int i = 0; i < rounds; i++) {
      nanoseconds[i] = run.apply(i).nanoseconds();
    }
    Arrays.sort(nanoseconds);
    return nanoseconds[rounds / 10];
  }

  private static BpfObject emptyProgram() throws IOException {
    try (InputStream resource = HttpFilter.class.getResourceAsStream("empty.bpf.o")) {
      BpfObject object = BpfObject.open("empty", resource.readAllBytes());
      object.load("empty");
      return object;
    }
  }
}
