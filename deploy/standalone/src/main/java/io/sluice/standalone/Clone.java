package io.sluice.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the built modules lie: the launcher says it by the system property {@code sluice.home}. */
public final class Clone {
  private Clone() {}

  public static Path home() {
    final String home = System.getProperty("sluice.home");
    if (home == null) {
      throw new Problem("cannot find the modules: sluice.home is not set; start by the launcher");
    }
    return Path.of(home).toAbsolutePath().normalize();
  }

  /**
   * The class path of a module's program.
   *
   * @param folder from the clone, for example {@code collector}
   * @param jar for example {@code sluice-collector}
   */
  public static String classPath(String folder, String jar) {
    final Path target = home().resolve(folder).resolve("target");
    final Path main = target.resolve(jar + ".jar");
    if (!Files.exists(main)) {
      throw new Problem("cannot find " + main + ": it was not built; run sluice, not java");
    }
    return main + ":" + target.resolve("lib") + "/*";
  }

  /**
   * JVM options for the ahead-of-time cache that the launcher trained for a module; none where it
   * has none. The JVM itself checks that the cache is of this build and this JDK.
   */
  public static List<String> cacheOptions(String folder) {
    try (Stream<Path> files = Files.list(home().resolve(folder).resolve("target"))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".aot"))
          .filter(file -> file.toFile().length() > 0)
          .findFirst()
          .map(file -> List.of("-XX:AOTCache=" + file, "-Xlog:aot*=off", "-Xlog:cds*=off"))
          .orElse(List.of());
    } catch (IOException e) {
      return List.of();
    }
  }

  /** The {@code java} that runs this process; the services run on the same. */
  public static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
