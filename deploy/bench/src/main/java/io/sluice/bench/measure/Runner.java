package io.sluice.bench.measure;

import io.sluice.bench.Problem;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Runs commands one at a time: no other child of this process may run meanwhile. */
final class Runner {
  private static final long POLL_MS = 10;

  private final Path folder;
  private final Path errors;

  /**
   * @param folder for all that the commands write
   */
  Runner(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
    errors = this.folder.resolve("stderr.txt");
  }

  Run time(Contender contender) throws IOException {
    clear(contender.output());
    ChildUsage before = ChildUsage.now();
    long began = System.nanoTime();
    await(contender, start(contender));
    long wallNs = System.nanoTime() - began;
    ChildUsage used = ChildUsage.now().minus(before);
    return new Run(wallNs, used.userNs() + used.systemNs());
  }

  /**
   * Runs it once, untimed, and watches its anonymous resident memory (mapped files are shared with
   * the page cache, so that the whole resident set would say nothing).
   *
   * @return the largest RssAnon seen, in KiB, of the process and its descendants together
   */
  long peakAnonymousKib(Contender contender) throws IOException {
    clear(contender.output());
    Process process = start(contender);
    long peak = 0;
    while (process.isAlive()) {
      try (Stream<ProcessHandle> below = process.descendants()) {
        long kib =
            Stream.concat(Stream.of(process.toHandle()), below)
                .mapToLong(one -> anonymousKib(one.pid()))
                .sum();
        peak = Math.max(peak, kib);
      }
      try {
        Thread.sleep(POLL_MS);
      } catch (InterruptedException e) {
        process.destroy();
        throw new Problem("cannot measure " + contender.name() + ": interrupted; run it again");
      }
    }
    await(contender, process);
    return peak;
  }

  /**
   * Removes an earlier run's results. Only a regular file inside our own folder: this may run as
   * root, and a path like /dev/null must survive it.
   */
  private void clear(Path output) throws IOException {
    if (output == null || !Files.exists(output, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isRegularFile(output, LinkOption.NOFOLLOW_LINKS)
        || !folder.equals(output.toAbsolutePath().normalize().getParent())) {
      throw new Problem(
          "cannot remove %s: it is no regular file in %s; name another output"
              .formatted(output, folder));
    }
    Files.delete(output);
  }

  private static long anonymousKib(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
          .filter(line -> line.startsWith("RssAnon:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException | RuntimeException _) {
      return 0; // it has ended meanwhile
    }
  }

  private Process start(Contender contender) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(contender.command());
    builder.redirectInput(Redirect.from(new File("/dev/null")));
    builder.redirectError(errors.toFile());
    builder.redirectOutput(
        contender.redirected() && contender.output() != null
            ? Redirect.to(contender.output().toFile())
            : Redirect.DISCARD);
    return builder.start();
  }

  private void await(Contender contender, Process process) throws IOException {
    try {
      int status = process.waitFor();
      if (status != 0) {
        String said = Files.readString(errors).strip();
        throw new Problem(
            "cannot measure %s: it ended with %d; it said: %s"
                .formatted(contender.name(), status, said.lines().limit(3).toList()));
      }
    } catch (InterruptedException e) {
      process.destroy();
      throw new Problem("cannot measure " + contender.name() + ": interrupted; run it again");
    }
  }
}
