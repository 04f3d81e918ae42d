package io.sluice.jobs.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The JDKs of this machine. */
public final class Jdks {
  private Jdks() {}

  public static Path current() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /** The executable of a JDK 17 in the usual places. */
  public static Optional<Path> seventeen() throws IOException {
    for (Path folder :
        List.of(Path.of("/usr/lib/jvm"), Path.of("/opt"), Path.of("/usr/local/lib/jvm"))) {
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (Stream<Path> homes = Files.list(folder)) {
        Optional<Path> found =
            homes
                .filter(Jdks::isSeventeen)
                .map(home -> home.resolve("bin").resolve("java"))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isSeventeen(Path home) {
    try {
      return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"17");
    } catch (IOException e) {
      return false;
    }
  }
}
