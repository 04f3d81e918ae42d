package io.sluice.query.store;

import io.sluice.query.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Runs a program to its end, with its output kept for the failure's text. */
final class Program {
  private static final long LIMIT_SECONDS = 120;

  /** How it ended; output is standard output and error together. */
  record Result(int exitCode, String output) {
    boolean succeeded() {
      return exitCode == 0;
    }

    /** The line that most likely says why: the first of an error, else the last. */
    String reason() {
      List<String> lines = output.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
      return lines.stream()
          .filter(l ->
              l.contains("FATAL")
                  || l.contains("ERROR")
                  || l.toLowerCase(Locale.ROOT).contains("error"))
          .findFirst()
          .orElse(lines.isEmpty() ? "exit code " + exitCode : lines.getLast());
    }
  }

  private Program() {}

  /** Runs {@code command}, writes {@code input} to it and waits for at most two minutes. */
  static Result run(List<String> command, String input) throws IOException {
    Path output = Files.createTempFile("sluice-store", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .directory(Path.of("/").toFile())
              .start();
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended before it read all; its exit code and output say why.
      }
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw Failure.cannot(
            "prepare the store",
            command.getFirst() + " did not end in " + LIMIT_SECONDS + " s",
            "check the disk");
      }
      return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
