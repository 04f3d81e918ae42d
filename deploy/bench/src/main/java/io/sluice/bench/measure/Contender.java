package io.sluice.bench.measure;

import java.nio.file.Path;
import java.util.List;

/**
 * A command that is measured beside others.
 *
 * @param output file in the benchmark's own folder for the results; null where they are discarded
 * @param redirected standard output is what goes there; otherwise the command writes it itself
 */
record Contender(String name, List<String> command, Path output, boolean redirected) {
  static Contender printing(String name, Path output, String... command) {
    return new Contender(name, List.of(command), output, true);
  }

  static Contender writing(String name, Path output, String... command) {
    return new Contender(name, List.of(command), output, false);
  }

  static Contender discarding(String name, String... command) {
    return new Contender(name, List.of(command), null, true);
  }

  /** As typed, with the names of the files replaced. */
  String commandLine(Path file) {
    StringBuilder line = new StringBuilder();
    for (String word : command) {
      String shown = word;
      if (word.equals(file.toString())) {
        shown = "FILE";
      } else if (output != null && word.equals(output.toString())) {
        shown = "OUT";
      }
      line.append(shown.matches("[A-Za-z0-9_./,:=-]+") ? shown : "'" + shown + "'").append(' ');
    }
    return redirected ? line + (output == null ? "> /dev/null" : "> OUT") : line.toString().strip();
  }
}
