package io.sluice.collector.command;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the configuration, which is read before all others are known. */
final class ConfigMixin {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = {
        "Configuration (TOML) for what neither a flag nor the environment gives; sluice config",
        "--default prints one. An option --x-y is there the key x-y, and the variable SLUICE_X_Y."
      })
  private Path file;
}
