package io.sluice.collector;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Captures that none of us wrote, which stand outside the repository: in the folder that
 * SLUICE_CORPUS names, or in {@code ../shared/corpus} beside the clone.
 */
public final class Corpus {
  private Corpus() {}

  /** Every capture, by name; skips the test where there is no corpus. */
  public static List<Path> captures() throws IOException {
    Path folder = folder().resolve("pcaps");
    assumeTrue(
        Files.isDirectory(folder),
        "SKIPPED LOUDLY: no corpus of captures at " + folder + "; set SLUICE_CORPUS");
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static Path folder() {
    String named = System.getenv("SLUICE_CORPUS");
    if (named != null) {
      return Path.of(named);
    }
    // Tests run in the module's folder, which is in the clone.
    return Path.of("").toAbsolutePath().getParent().resolveSibling("shared").resolve("corpus");
  }
}
