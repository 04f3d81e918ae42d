package io.sluice.bench.measure;

import java.nio.file.Files;
import java.nio.file.Path;

/** Looks for commands where the system keeps them, also those for administrators. */
final class Tools {
  private Tools() {}

  /** The command's path, or null where it is not installed. */
  static String find(String name) {
    String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin";
    for (String folder : path.split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, name))) {
        return folder + '/' + name;
      }
    }
    return null;
  }
}
