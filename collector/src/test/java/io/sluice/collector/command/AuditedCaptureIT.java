package io.sluice.collector.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The command as an operator runs it, on the loopback interface, with audit logs in trouble. */
final class AuditedCaptureIT {
  /** Each is some 3 KB as JSON, so that they overflow a block in memory and a small disk. */
  private static final int REQUESTS = 1_500;

  private static final String LONG_PATH = "x".repeat(2_500);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern SUMMARY =
      Pattern.compile("; audit: (\\d+) records written, (\\d+) lost");

  private final String marker = "/audited-" + ProcessHandle.current().pid() + "-";
  private Path work;
  private Path small;
  private boolean mounted;
  private HttpServer server;

  @BeforeEach
  void prepare() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "SKIPPED LOUDLY: capturing needs root");
    // The collector gives up being root, and must get to its files all the same.
    work = Files.createTempDirectory("sluice-audit");
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
    small = Files.createDirectory(work.resolve("small"));
    mounted =
        run("mount", "-t", "tmpfs", "-o", "size=1m,mode=1777", "tmpfs", small.toString()) == 0;
    assumeTrue(mounted, "SKIPPED LOUDLY: no small tmpfs can be mounted");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void remove() throws Exception {
    if (server != null) {
      server.stop(0);
    }
    if (mounted) {
      assertThat(run("umount", small.toString())).isZero();
    }
    if (work != null) {
      assertThat(run("rm", "-r", work.toString())).isZero();
    }
  }

  @Test
  void captureGoesOnWhereAnAuditLogCannotBeWrittenAndTellsWhatItLost() throws Exception {
    Path good = work.resolve("good");
    Path gone = work.resolve("gone");
    Path lines = work.resolve("lines");
    Path told = work.resolve("told");
    Process capture =
        capture(
            lines,
            told,
            "--audit",
            good.toString(),
            "--audit",
            small.resolve("log").toString(),
            "--audit",
            gone.toString(),
            "--audit-compression",
            "none");
    try {
      await(told, "watching lo");
      request("first");
      await(lines, marker + "first");
      awaitFile(gone);
      // Directory removed, and something else in its place.
      assertThat(run("rm", "-r", gone.toString())).isZero();
      Files.writeString(gone, "in the way");
      for (int i = 0; i < REQUESTS; i++) {
        request(i + "-" + LONG_PATH);
      }
      await(lines, marker + (REQUESTS - 1) + "-");
      await(told, "no space is left on the device; free some");
      await(told, "something else is in its place; move it away");
    } finally {
      capture.destroy();
      assertThat(capture.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    String said = Files.readString(told);
    assertThat(said.lines().filter(line -> line.contains("cannot write audit log")).count())
        .as("at most one line for each log and interval, and one at the end: %s", said)
        .isLessThan(20);
    assertThat(numbered(Files.readString(lines))).hasSize(REQUESTS);
    assertThat(numbered(audited(good))).hasSize(REQUESTS);
    Matcher summary = SUMMARY.matcher(said);
    assertThat(summary.find()).as(said).isTrue();
    assertThat(Long.parseLong(summary.group(2))).as("lost of two logs").isGreaterThan(REQUESTS);
    assertThat(verify(good)).contains("all as written");
    assertThat(verify(small.resolve("log"))).contains("all as written");
  }

  @Test
  void theAuditLogMayStandAlone() throws Exception {
    Path good = work.resolve("alone");
    Path lines = work.resolve("lines");
    Path told = work.resolve("told");
    Process capture =
        capture(
            lines, told, "--no-output", "--audit", good.toString(), "--audit-format", "combined");
    try {
      await(told, "watching lo");
      request("alone");
      awaitFile(good);
    } finally {
      capture.destroy();
      assertThat(capture.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    assertThat(lines).isEmptyFile();
    assertThat(verify(good)).contains("1 files,").contains("all as written");
  }

  /** Root runs it, and the user that it becomes is who must be able to write. */
  @Test
  void whatItsUserCannotWriteIsRefusedBeforeAnythingIsCaptured() throws Exception {
    Path closed = directory("closed", "rwxr-xr-x");
    Path locked = directory("locked", "rwxrwxrwx");
    Path lock = Files.createFile(locked.resolve(".lock"));
    Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-rw-rw-"));
    Path reused = directory("reused", "rwxr-xr-x");
    Files.setPosixFilePermissions(
        Files.createFile(reused.resolve(".lock")), PosixFilePermissions.fromString("rw-rw-rw-"));
    Path good = work.resolve("good");
    Path lines = work.resolve("lines");
    Path told = work.resolve("told");
    assertThat(run("mount", "-o", "remount,ro", small.toString())).isZero();
    try (FileChannel other = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      assertThat(other.tryLock()).isNotNull();
      List<Path> targets =
          List.of(closed, closed.resolve("inner"), good, reused, small.resolve("log"), locked);
      Process capture =
          capture(
              lines,
              told,
              "--user",
              "nobody",
              "--audit",
              targets.stream().map(Path::toString).collect(Collectors.joining(",")));
      assertThat(capture.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(capture.exitValue()).isEqualTo(2);
    }
    String denied = "access is denied; give the sensor's user the right";
    assertThat(Files.readString(told).lines().filter(line -> !line.startsWith("keeping CAP_BPF")))
        .containsExactly(
            refused(closed, denied),
            refused(closed.resolve("inner"), denied),
            refused(reused, denied),
            refused(small.resolve("log"), "the file system is read-only; mount it read-write"),
            refused(
                locked,
                "another collector writes there; name another directory, or stop that one"));
    assertThat(lines).isEmptyFile();
    assertThat(closed).isEmptyDirectory();
  }

  private static String refused(Path directory, String why) {
    return "cannot write an audit log to " + directory + ": " + why;
  }

  private Path directory(String name, String mode) throws IOException {
    Path directory = Files.createDirectory(work.resolve(name));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
    return directory;
  }

  private List<String> numbered(String text) {
    return Pattern.compile(Pattern.quote(marker) + "\\d+-x")
        .matcher(text)
        .results()
        .map(result -> result.group())
        .distinct()
        .toList();
  }

  private void request(String name) throws IOException, InterruptedException {
    HttpClient client = Client.INSTANCE;
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + marker + name);
    assertThat(
            client
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(204);
  }

  private static final class Client {
    static final HttpClient INSTANCE =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  private static String audited(Path directory) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".json")).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  private String verify(Path directory) throws IOException, InterruptedException {
    Path out = work.resolve("verified");
    Process verify =
        collector(out, work.resolve("refused"), "audit", "verify", directory.toString());
    assertThat(verify.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(verify.exitValue()).isZero();
    return Files.readString(out);
  }

  private static Process capture(Path out, Path err, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("capture", "--interface", "lo"));
    arguments.addAll(List.of(options));
    return collector(out, err, arguments.toArray(String[]::new));
  }

  private static Process collector(Path out, Path err, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "io.sluice.collector.Main"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start();
  }

  private static void await(Path file, String text) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(file) || !new String(Files.readAllBytes(file), UTF_8).contains(text)) {
      assertThat(System.nanoTime() - deadline)
          .as("waiting for '%s' in %s", text, file.getFileName())
          .isNegative();
      Thread.sleep(100);
    }
  }

  private static void awaitFile(Path directory) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      if (Files.isDirectory(directory)) {
        try (Stream<Path> files = Files.list(directory)) {
          if (files.anyMatch(file -> file.toString().endsWith(".part"))) {
            return;
          }
        }
      }
      assertThat(System.nanoTime() - deadline).as("waiting for an audit file").isNegative();
      Thread.sleep(100);
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
