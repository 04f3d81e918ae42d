package io.sluice.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of the system to its end, in bounded time. */
public final class Command {
  private Command() {}

  /**
   * @param status the exit status; 127 where the program could not be started, 124 where it was
   *     ended because its time was up
   * @param output both streams, without the last line break
   */
  public record Result(int status, String output) {
    public boolean ok() {
      return status == 0;
    }
  }

  public static Result run(Duration limit, List<String> command) {
    return run(limit, command, null);
  }

  public static Result run(Duration limit, String... command) {
    return run(limit, List.of(command), null);
  }

  /** The output goes through a file: a child that lives on must not hold us at its pipe. */
  public static Result run(Duration limit, List<String> command, Path folder) {
    Path output = null;
    try {
      output = Files.createTempFile("sluice", ".out");
      final ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile());
      if (folder != null) {
        builder.directory(folder.toFile());
      }
      final Process process;
      try {
        process = builder.start();
      } catch (IOException e) {
        return new Result(127, String.valueOf(e.getMessage()));
      }
      try {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          return new Result(124, "no end after " + limit.toSeconds() + " s");
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
        return new Result(124, "interrupted");
      }
      final String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
      return new Result(process.exitValue(), text.stripTrailing());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      delete(output);
    }
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // A few bytes in the temporary folder: not worth a failure.
      return;
    }
  }

  /** As the shell writes a word that means itself. */
  public static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  public static String quoteAll(List<String> words) {
    final List<String> quoted = new ArrayList<>(words.size());
    words.forEach(word -> quoted.add(quote(word)));
    return String.join(" ", quoted);
  }

  /** Where a program lies, on the PATH or in a folder for administrators; null if nowhere. */
  public static Path find(String program) {
    final String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin";
    for (String folder : path.split(":")) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return Path.of(folder, program);
      }
    }
    return null;
  }
}
