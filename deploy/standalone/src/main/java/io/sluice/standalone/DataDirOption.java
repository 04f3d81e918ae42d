package io.sluice.standalone;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the instance lives that a command is about. */
final class DataDirOption {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Where everything is kept (default: SLUICE_DATA_DIR, else .sluice in the clone).")
  Path given;

  DataDir dataDir() {
    if (given != null) {
      return DataDir.of(given);
    }
    final String environment = System.getenv("SLUICE_DATA_DIR");
    return DataDir.of(
        environment == null || environment.isEmpty()
            ? Clone.home().resolve(".sluice")
            : Path.of(environment));
  }
}
