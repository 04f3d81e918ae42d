package io.sluice.kernelfilter;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The program's headers as a native program with sanitizers, built once for the tests. */
final class NativeParsing {
  private static Path program;

  private NativeParsing() {}

  /** Runs it over the records; returns what it printed. Fails where a sanitizer complains. */
  static String run(String mode, List<byte[]> records) throws Exception {
    Path input = Files.createTempFile(program().getParent(), mode, ".in");
    try {
      try (OutputStream out = new java.io.BufferedOutputStream(Files.newOutputStream(input))) {
        ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        for (byte[] bytes : records) {
          out.write(length.putInt(0, bytes.length).array());
          out.write(bytes);
        }
      }
      Process process =
          new ProcessBuilder(program().toString(), mode)
              .redirectInput(input.toFile())
              .redirectErrorStream(true)
              .start();
      String output = text(process);
      if (process.waitFor() != 0) {
        throw new AssertionError(output);
      }
      return output;
    } finally {
      Files.deleteIfExists(input);
    }
  }

  private static synchronized Path program() throws Exception {
    if (program == null) {
      Path folder = Files.createDirectories(Path.of("target", "native"));
      Path built = folder.resolve("parsing_test");
      // What needs clang's run time is told apart from what is wrong with the source.
      compile(folder, "src/test/c/parsing_test.c", built);
      program = built.toAbsolutePath();
    }
    return program;
  }

  private static void compile(Path folder, String source, Path built) throws Exception {
    Path probe = folder.resolve("probe.c");
    Files.writeString(probe, "int main(void) { return 0; }\n");
    if (clang(probe.toString(), folder.resolve("probe")) != null) {
      abort(
          "SKIPPED LOUDLY: clang or its sanitizers are missing; install clang and libclang-rt-dev");
    }
    String errors = clang(source, built);
    if (errors != null) {
      throw new AssertionError(errors);
    }
  }

  /** Null, or what went wrong. */
  private static String clang(String source, Path built) throws Exception {
    try {
      Process process =
          new ProcessBuilder(
                  "clang",
                  "-O1",
                  "-g",
                  "-Wall",
                  "-Wextra",
                  "-Werror",
                  "-Wno-unused-function",
                  "-fsanitize=address,undefined",
                  "-fno-sanitize-recover=all",
                  "-Isrc/main/bpf",
                  source,
                  "-o",
                  built.toString())
              .redirectErrorStream(true)
              .start();
      String output = text(process);
      return process.waitFor() == 0 ? null : output;
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private static String text(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
