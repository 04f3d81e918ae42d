package io.sluice.collector.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Option;

/** The option of where a running collector answers. */
final class ControlMixin {
  private static final Path OF_SERVICE = Path.of("/run/sluice/collector.sock");

  @Option(
      names = "--control-socket",
      paramLabel = "PATH",
      description = {
        "The collector's control socket (default: SLUICE_CONTROL_SOCKET, else that of sluice up,",
        "else /run/sluice/collector.sock)."
      })
  private Path socket;

  Path socket() throws IOException {
    return socket == null ? usual(System.getenv()) : socket;
  }

  static Path usual(Map<String, String> environment) throws IOException {
    String named = environment.get(Setting.ENVIRONMENT_PREFIX + "CONTROL_SOCKET");
    if (named != null && !named.isEmpty()) {
      return Path.of(named);
    }
    String folder = environment.get(Setting.ENVIRONMENT_PREFIX + "DATA_DIR");
    Path instance = folder == null ? null : Path.of(folder, "instance.properties");
    if (instance != null && Files.isReadable(instance)) {
      Properties values = new Properties();
      try (InputStream input = Files.newInputStream(instance)) {
        values.load(input);
      }
      Path ofStack = Path.of(values.getProperty("collector.socket", ""));
      if (Files.exists(ofStack) || !Files.exists(OF_SERVICE)) {
        return ofStack;
      }
    }
    return OF_SERVICE;
  }
}
