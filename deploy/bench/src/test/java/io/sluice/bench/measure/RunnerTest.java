package io.sluice.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.bench.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunnerTest {
  @TempDir Path folder;
  @TempDir Path elsewhere;

  @Test
  void shouldReplaceAnEarlierOutput() throws IOException {
    Path output = Files.writeString(folder.resolve("out"), "earlier");
    Run run = new Runner(folder).time(Contender.printing("echo", output, "echo", "later"));
    assertThat(output).hasContent("later");
    assertThat(run.wallNs()).isPositive();
  }

  @Test
  void shouldNotRemoveAFileOutsideItsFolder() throws IOException {
    Path output = Files.writeString(elsewhere.resolve("out"), "precious");
    assertThatThrownBy(
            () -> new Runner(folder).time(Contender.printing("echo", output, "echo", "later")))
        .isInstanceOf(Problem.class);
    assertThat(output).hasContent("precious");
  }

  @Test
  void shouldNotRemoveWhatIsNoRegularFile() throws IOException {
    Path precious = Files.writeString(elsewhere.resolve("target"), "precious");
    Path output = Files.createSymbolicLink(folder.resolve("out"), precious);
    assertThatThrownBy(
            () -> new Runner(folder).time(Contender.printing("echo", output, "echo", "later")))
        .isInstanceOf(Problem.class);
    assertThat(output).isSymbolicLink();
    assertThat(precious).hasContent("precious");
  }

  @Test
  void shouldSayWhatAFailedCommandSaid() {
    Contender failing = Contender.discarding("sh", "sh", "-c", "echo why >&2; exit 3");
    assertThatThrownBy(() -> new Runner(folder).time(failing))
        .hasMessageContaining("ended with 3")
        .hasMessageContaining("why");
  }
}
