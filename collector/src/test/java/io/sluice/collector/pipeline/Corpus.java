package io.sluice.collector.pipeline;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.collector.capture.CaptureFile;
import io.sluice.collector.capture.CaptureFileException;
import io.sluice.collector.event.EventHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Strangers' captures that are no part of the project: tests that want them skip without. */
final class Corpus {
  private static final int BATCH = 1024;

  private Corpus() {}

  /** The folder named by SLUICE_CORPUS, or ../shared/corpus beside the repository. */
  static Path folder() {
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

  /** All captures, by name; skips the test where there is no corpus. */
  static List<Path> captures() throws IOException {
    Path pcaps = folder().resolve("pcaps");
    assumeTrue(Files.isDirectory(pcaps), "SKIPPED LOUDLY: no corpus of captures at " + pcaps);
    try (Stream<Path> files = Files.list(pcaps)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Reads a capture to its end, or to its damage. */
  static PacketPipeline read(Path capture, PipelineOptions options, EventHandler events) {
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
}
