package io.sluice.bench.micro;

import io.sluice.collector.event.RequestEvent;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a frame costs between the ring and the event: decode, flow, reassembly, HTTP, redaction. Run
 * with JMH's profiler of allocations, which says how many bytes each takes from the heap.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PipelineCost {
  private static final String REQUEST =
      """
      GET /news/2026/11/article.html?page=2 HTTP/1.1\r
      Host: www.example.com\r
      User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r
      Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r
      Accept-Language: en-US,en;q=0.5\r
      Accept-Encoding: gzip, deflate\r
      Referer: http://www.example.com/news/\r
      Connection: keep-alive\r
      \r
      """;
  private static final String RESPONSE =
      """
      HTTP/1.1 200 OK\r
      Date: Wed, 25 Nov 2026 12:00:00 GMT\r
      Server: nginx\r
      Content-Type: text/html; charset=utf-8\r
      Content-Length: 1000\r
      Connection: keep-alive\r
      \r
      """
          + "x".repeat(1000);
  private static final String ENDLESS =
      "HTTP/1.1 200 OK\r\nContent-Length: " + (1L << 60) + "\r\n\r\n";

  private final TcpFrame request = TcpFrame.of(true, REQUEST);
  private final TcpFrame response = TcpFrame.of(false, RESPONSE);
  private final TcpFrame body = TcpFrame.of(false, "x".repeat(1448));
  private final TcpFrame nothing = TcpFrame.of(true, "");

  private Connection exchanges;
  private Connection download;

  /** Connections that are open, the second in the middle of a body without end. */
  @Setup(Level.Trial)
  public void open() {
    exchanges = new Connection();
    download = new Connection();
    download.client(request);
    download.server(TcpFrame.of(false, ENDLESS));
  }

  /** A request and its response, 405 and 1,144 bytes; the event is the result. */
  @Benchmark
  public RequestEvent exchange() {
    exchanges.client(request);
    exchanges.server(response);
    return exchanges.last();
  }

  /** A segment of 1,448 bytes inside of a body. */
  @Benchmark
  public void packetOfABody() {
    download.server(body);
  }

  /** Two of them, swapped: the first to come is kept until the other is there. */
  @Benchmark
  public void twoPacketsOfABodySwapped() {
    download.swappedByServer(body);
  }

  /** A segment without payload. */
  @Benchmark
  public void acknowledgement() {
    download.client(nothing);
  }

  /** The figures count only where the events were those of the traffic. */
  @TearDown(Level.Trial)
  public void check() {
    RequestEvent event = exchanges.last();
    boolean right =
        event == null
            || event.response() != null
                && event.response().bodyBytes() == 1000
                && event.flags().isEmpty()
                && event.request().host().equals("www.example.com");
    if (!right || download.last() != null) {
      throw new IllegalStateException("not the events of the traffic: " + event);
    }
  }
}
