package io.sluice.collector.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Coverage-guided fuzzing from the seeds, each target in a process of its own. {@code
 * -Dfuzz.seconds} says how long (default 60). A finding is kept in {@code target/fuzz/NAME}; put it
 * into {@code src/test/fuzz/NAME} with the change that mends it.
 */
final class FuzzLongIT {
  @TempDir private Path corpus;

  @ParameterizedTest
  @EnumSource(FuzzTargets.class)
  void shouldFindNothing(FuzzTargets target) throws IOException, InterruptedException {
    int seconds = Integer.getInteger("fuzz.seconds", 60);
    List<byte[]> inputs = target.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      Files.write(corpus.resolve("seed-" + i), inputs.get(i));
    }
    Path findings = Path.of("target", "fuzz", target.name()).toAbsolutePath();
    Files.createDirectories(findings);
    Path log = findings.resolve("log");
    Process fuzzer =
        new ProcessBuilder(command(target, seconds, findings))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(fuzzer.waitFor(seconds + 120L, TimeUnit.SECONDS)).isTrue();
      assertThat(fuzzer.exitValue()).as(() -> tail(log)).isZero();
    } finally {
      fuzzer.destroyForcibly();
    }
  }

  private List<String> command(FuzzTargets target, int seconds, Path findings) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.add("-XX:-OmitStackTraceInFastThrow");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:+EnableDynamicAgentLoading");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
            .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator));
    command.add("com.code_intelligence.jazzer.Jazzer");
    command.add("--target_class=" + target.type().getName());
    command.add("--instrumentation_includes=io.sluice.collector.**");
    command.add("--disabled_hooks=.*");
    command.add("--reproducer_path=" + findings);
    command.add("-artifact_prefix=" + findings + "/");
    command.add("-max_total_time=" + seconds);
    command.add("-max_len=8192");
    command.add("-timeout=20");
    command.add("-print_final_stats=1");
    command.add(corpus.toString());
    return command;
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    } catch (IOException e) {
      return "no log: " + e;
    }
  }
}
