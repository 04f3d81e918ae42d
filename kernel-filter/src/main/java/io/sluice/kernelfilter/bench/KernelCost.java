package io.sluice.kernelfilter.bench;

import io.sluice.kernelfilter.FilterOptions;
import io.sluice.kernelfilter.HttpFilter;
import io.sluice.kernelfilter.TestRun;
import io.sluice.kernelfilter.ffi.BpfObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * What the kernel program costs per packet, by BPF_PROG_TEST_RUN, beside a program that does
 * nothing, in the same run. Prints a Markdown table. Needs CAP_BPF.
 */
public final class KernelCost {
  private static final int REPEAT = 10_000;
  private static final int ROUNDS = 1_000;
  private static final int SINGLE_RUNS = 20_000;
  private static final int ACK = 16;
  private static final int PORT = 40_001;
  private static final int REQUEST_BYTES = 420;
  private static final int MSS = 1_448;

  private KernelCost() {}

  public static void main(String[] arguments) throws IOException {
    byte[] body = new byte[MSS];
    byte[] noSession = BenchFrame.tcp(true, 50_000, 1, ACK, body);
    byte[] request = BenchFrame.request(REQUEST_BYTES);
    try (BpfObject empty = emptyProgram();
        HttpFilter filter = HttpFilter.load(FilterOptions.defaults().startingOpen())) {
      int emptyFd = empty.programFd("empty");
      // A session inside a long body, of which any number of segments may come.
      filter.testRun(BenchFrame.tcp(true, PORT, 1, ACK, request), 1);
      filter.testRun(BenchFrame.tcp(false, PORT, 1, ACK, BenchFrame.responseHead(1L << 40)), 1);
      byte[] inBody = BenchFrame.tcp(false, PORT, 5_000, ACK, body);

      double none = repeated(frame -> empty.testRun(emptyFd, noSession, REPEAT));
      System.out.println("| packet | ns | × empty |");
      System.out.println("|---|---|---|");
      row("empty program", none, none);
      row("UDP", repeated(n -> filter.testRun(BenchFrame.udp(body), REPEAT)), none);
      row(
          "pure ACK",
          repeated(n -> filter.testRun(BenchFrame.tcp(true, PORT, 1, ACK, new byte[0]), REPEAT)),
          none);
      row("payload of no session", repeated(n -> filter.testRun(noSession, REPEAT)), none);
      row("body of a session, trimmed", repeated(n -> filter.testRun(inBody, REPEAT)), none);

      double single = single(n -> empty.testRun(emptyFd, noSession, 1));
      // Each next in its stream, so each is scanned: a repeated one would be known already.
      int start = 1 + request.length;
      double scanned =
          single(n ->
              filter.testRun(
                  BenchFrame.tcp(true, PORT, start + n * request.length, ACK, request), 1));
      row("empty program, single runs", single, single);
      row("request of 420 bytes, scanned, single runs", scanned, single);
    }
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
