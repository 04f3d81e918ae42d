package io.sluice.collector.live;

import io.sluice.collector.capture.FrameFlood;
import io.sluice.collector.capture.RingOptions;
import io.sluice.collector.control.StatusReport;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.kernelfilter.FilterOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A capture in a JVM of its own, with the heap that a test gives it, which counts its events and
 * answers each line of its input with a line of status; {@code stop} ends it. For {@link FloodIT}.
 */
final class FloodedCapture implements EventOutput {
  private final AtomicLong forged = new AtomicLong();
  private final AtomicLong first = new AtomicLong();
  private final AtomicLong meanwhile = new AtomicLong();
  private final AtomicLong fresh = new AtomicLong();
  private final AtomicLong last = new AtomicLong();
  private final AtomicLong other = new AtomicLong();

  private FloodedCapture() {}

  /**
   * @param arguments the network namespace
   */
  public static void main(String[] arguments) throws Exception {
    FloodedCapture events = new FloodedCapture();
    LiveOptions options =
        new LiveOptions(
            List.of(Wire.INTERFACE),
            arguments[0],
            1,
            true,
            RingOptions.DEFAULT,
            FilterOptions.defaults().withIdleTimeout(Duration.ofSeconds(120)),
            PipelineOptions.defaults());
    try (LiveCapture capture = LiveCapture.open(options, events);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      capture.start();
      try (Conductor conductor = Conductor.start(capture, reachedNs -> {})) {
        events.tell(capture);
        for (String order = in.readLine(); order != null; order = in.readLine()) {
          if (order.equals("stop")) {
            break;
          }
          events.tell(capture);
        }
      }
      capture.stop();
      if (capture.failure() != null) {
        throw capture.failure();
      }
      // What is left of the heap is what is kept.
      System.gc();
      events.tell(capture);
    }
  }

  /** Whole means: with all that its packets carried, and its response. */
  @Override
  public void onEvent(RequestEvent event) {
    counter(event).incrementAndGet();
  }

  private AtomicLong counter(RequestEvent event) {
    if (event.request() == null) {
      return other;
    }
    String target = event.request().target();
    if (target.startsWith(FrameFlood.TARGET)) {
      return forged;
    }
    if (!"real.example".equals(event.request().host()) || event.response() == null) {
      return other;
    }
    return switch (target.substring(0, target.indexOf('/', 1) + 1)) {
      case FloodIT.FIRST -> first;
      case FloodIT.MEANWHILE -> meanwhile;
      case FloodIT.FRESH -> fresh;
      case FloodIT.LAST -> last;
      default -> other;
    };
  }

  private void tell(LiveCapture capture) throws IOException {
    StatusReport report = new StatusReport("", "", "", 0);
    Map<String, Long> events = new LinkedHashMap<>();
    events.put("forged", forged.get());
    events.put("first", first.get());
    events.put("meanwhile", meanwhile.get());
    events.put("fresh", fresh.get());
    events.put("last", last.get());
    events.put("other", other.get());
    report.add("events", events);
    capture.report(report);
    Runtime heap = Runtime.getRuntime();
    Map<String, Long> memory = new LinkedHashMap<>();
    memory.put("heap_mib", heap.totalMemory() - heap.freeMemory() >> 20);
    memory.put("anonymous_mib", anonymousKib() >> 10);
    report.add("memory", memory);
    System.out.println(report.toJson());
  }

  private static long anonymousKib() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
