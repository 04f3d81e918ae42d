package io.sluice.collector.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.collector.capture.CaptureFile;
import io.sluice.collector.capture.CaptureFileException;
import io.sluice.collector.event.EventHandler;
import io.sluice.collector.pipeline.PacketPipeline;
import io.sluice.collector.pipeline.PipelineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Captures that none of us wrote, which stand outside the repository: in the folder that
 * SLUICE_CORPUS names, or in {@code ../shared/corpus} beside the clone.
 */
public final class Corpus {
  private static final int BATCH = 1024;

  private Corpus() {}

  /** Every capture, by name; skips the test where there is no corpus. */
  public static List<Path> captures() throws IOException {
    Path pcaps = folder().resolve("pcaps");
    assumeTrue(
        Files.isDirectory(pcaps),
        "SKIPPED LOUDLY: no corpus of captures at " + pcaps + "; set SLUICE_CORPUS");
    try (Stream<Path> files = Files.list(pcaps)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Those of at most so many bytes. */
  public static List<Path> captures(long maxBytes) throws IOException {
    List<Path> chosen = new ArrayList<>();
    for (Path capture : captures()) {
      if (Files.size(capture) <= maxBytes) {
        chosen.add(capture);
      }
    }
    return chosen;
  }

  /** Reads a capture to its end, or to its damage. */
  public static PacketPipeline read(Path capture, PipelineOptions options, EventHandler events) {
    PacketPipeline pipeline = new PacketPipeline(options, events);
    try (CaptureFile file = CaptureFile.open(capture)) {
      while (file.poll(pipeline, BATCH) > 0) {
        // the frames before damage count
      }
    } catch (CaptureFileException e) {
      System.err.println(e.getMessage());
    }
    pipeline.finish();
    return pipeline;
  }

  private static Path folder() {
    String named = System.getenv("SLUICE_CORPUS");
    if (named != null) {
      return Path.of(named);
    }
    Path repository = Path.of("").toAbsolutePath();
    while (repository != null && !Files.isDirectory(repository.resolve("collector"))) {
      repository = repository.getParent();
    }
    return repository == null
        ? Path.of("corpus")
        : repository.resolveSibling("shared").resolve("corpus");
  }
}
