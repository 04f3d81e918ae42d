package io.sluice.collector.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Class paths in folders of a test's own, for processes of which the test says who may read. */
public final class ClassPathCopy {
  private ClassPathCopy() {}

  /** The collector as it is run: its jar and the libraries beside it. */
  public static String product(Path folder) throws IOException {
    Path target = Path.of("target");
    copy(target.resolve("sluice-collector.jar"), folder.resolve("sluice-collector.jar"));
    copy(target.resolve("lib"), folder.resolve("lib"));
    return folder.resolve("sluice-collector.jar")
        + File.pathSeparator
        + folder.resolve("lib")
        + "/*";
  }

  /** The collector's own classes and its tests', without libraries. */
  public static String tests(Path folder) throws IOException {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(entry);
      if (path.startsWith(Path.of("target").toAbsolutePath())) {
        Path copy = folder.resolve(path.getFileName());
        copy(path, copy);
        entries.add(copy.toString());
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(from)) {
      all = walk.toList();
    }
    for (Path each : all) {
      Files.copy(each, to.resolve(from.relativize(each).toString()));
    }
  }
}
