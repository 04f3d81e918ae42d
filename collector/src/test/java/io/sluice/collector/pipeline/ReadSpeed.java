package io.sluice.collector.pipeline;

import io.sluice.collector.capture.CaptureFile;
import io.sluice.collector.protocol.http.HttpCounter;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How long the pipeline takes for a capture file, again and again in one process; events are
 * counted.
 */
final class ReadSpeed {
  private ReadSpeed() {}

  public static void main(String[] arguments) throws IOException {
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      PacketPipeline pipeline = new PacketPipeline(PipelineOptions.defaults(), event -> {});
      try (CaptureFile file = CaptureFile.open(Path.of(arguments[0]))) {
        while (file.poll(pipeline, 4096) > 0) {
          // all of it
        }
      }
      pipeline.finish();
      System.out.printf(
          "%d events in %d ms%n",
          pipeline.httpCounters().get(HttpCounter.EVENTS), (System.nanoTime() - start) / 1_000_000);
    }
  }
}
