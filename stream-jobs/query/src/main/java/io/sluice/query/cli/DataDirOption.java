package io.sluice.query.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the instance lives that a command is about. */
final class DataDirOption {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "The data folder (default: $SLUICE_DATA_DIR or .sluice).")
  private Path given;

  Path folder() {
    if (given != null) {
      return given;
    }
    String environment = System.getenv("SLUICE_DATA_DIR");
    return Path.of(environment == null || environment.isEmpty() ? ".sluice" : environment);
  }
}
