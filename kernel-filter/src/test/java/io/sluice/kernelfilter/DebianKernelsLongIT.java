package io.sluice.kernelfilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The program loads, with each option on and off, on Debian's own kernels: each boots in an
 * emulated machine whose only process is a loader. Takes a minute for each kernel. Needs apt-get
 * with a Debian source, qemu-system-x86 and libbpf-dev.
 */
class DebianKernelsLongIT {
  private static final Path FOLDER = Path.of("target", "kernels").toAbsolutePath();
  private static final int BOOT_MINUTES = 8;

  @ParameterizedTest(name = "Linux {0}")
  @ValueSource(strings = {"6.1", "6.12"})
  void loads(String release) throws Exception {
    Files.createDirectories(FOLDER);
    Path kernel = kernel(release);
    Path memory = FOLDER.resolve("initrd-" + release);
    Files.write(
        memory,
        new InitialMemory()
            .folder("dev")
            .device("dev/console", 5, 1)
            .file("init", Files.readAllBytes(loader()))
            .file("http_filter.bpf.o", HttpFilter.objectBytes("http_filter"))
            .file("worker.bpf.o", HttpFilter.objectBytes("worker"))
            .build());

    String console =
        run(
            "qemu-system-x86_64",
            "-accel",
            "tcg",
            "-m",
            "512",
            "-nographic",
            "-no-reboot",
            "-kernel",
            kernel.toString(),
            "-initrd",
            memory.toString(),
            "-append",
            "console=ttyS0 panic=-1 quiet");

    assertThat(console).contains("PASS on Linux " + release + ".").doesNotContain("CANNOT");
    System.out.println(
        console.lines().filter(line -> line.contains("on Linux")).findFirst().orElseThrow());
  }

  /** The newest of that release that Debian offers. The cloud flavour is the smallest. */
  private static Path kernel(String release) throws Exception {
    String pattern = "^linux-image-" + release.replace(".", "\\.") + "\\.[0-9].*-cloud-amd64$";
    String found = run("apt-cache", "search", "--names-only", pattern);
    String name =
        found
            .lines()
            .map(line -> line.substring(0, line.indexOf(' ')))
            .max(Comparator.comparing(DebianKernelsLongIT::sortable))
            .orElse(null);
    if (name == null) {
      return abort("SKIPPED LOUDLY: apt-cache knows no package like " + pattern);
    }
    Path unpacked = FOLDER.resolve(name);
    if (!Files.exists(unpacked)) {
      String log = run("apt-get", "-q", "download", name);
      Path archive = firstIn(FOLDER, name + "_");
      if (archive == null) {
        return abort("SKIPPED LOUDLY: cannot download " + name + ": " + log.strip());
      }
      run("dpkg-deb", "-x", archive.toString(), unpacked.toString());
      Files.delete(archive);
    }
    return firstIn(unpacked.resolve("boot"), "vmlinuz-");
  }

  /** Numbers of equal width, so that 6.12.9 comes before 6.12.10. */
  private static String sortable(String name) {
    Matcher numbers = Pattern.compile("[0-9]+").matcher(name);
    return numbers.replaceAll(number -> String.format("%06d", Long.valueOf(number.group())));
  }

  private static Path firstIn(Path folder, String start) throws IOException {
    if (!Files.isDirectory(folder)) {
      return null;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(start))
          .findFirst()
          .orElse(null);
    }
  }

  private static Path loader() throws Exception {
    Path built = FOLDER.resolve("load_test");
    Path sources = Path.of("").toAbsolutePath().resolve("src");
    String errors =
        run(
            "clang",
            "-O1",
            "-static",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-I" + sources.resolve("main/bpf"),
            sources.resolve("test/c/load_test.c").toString(),
            "-o",
            built.toString(),
            "-lbpf",
            "-lelf",
            "-lz");
    assertThat(errors).isEmpty();
    return built;
  }

  /** What it printed. A program that is not there skips the test. */
  private static String run(String... command) throws Exception {
    Path output = Files.createTempFile(FOLDER, "run", ".log");
    Process process;
    try {
      process =
          new ProcessBuilder(List.of(command))
              .directory(FOLDER.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      return abort("SKIPPED LOUDLY: " + e.getMessage() + "; install it (see sluice test --long)");
    }
    try {
      boolean ended = process.waitFor(BOOT_MINUTES, TimeUnit.MINUTES);
      String printed = Files.readString(output, StandardCharsets.ISO_8859_1);
      assertThat(ended).as(command[0] + ": " + printed).isTrue();
      return printed;
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(output);
    }
  }
}
