package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @ParameterizedTest
  @ValueSource(strings = {"plain", "with space", "it's", "$HOME `id` \\ \"", "a'b'c", "", "*"})
  void quotedWordMeansItselfToTheShell(String word) {
    assertThat(Command.run(LIMIT, "sh", "-c", "printf %s " + Command.quote(word)).output())
        .isEqualTo(word.stripTrailing());
  }

  @Test
  void tellsTheExitStatusAndBothStreams() {
    assertThat(Command.run(LIMIT, "sh", "-c", "echo out; echo err >&2; exit 3"))
        .isEqualTo(new Command.Result(3, "out\nerr"));
  }

  @Test
  void tellsOfAProgramThatIsNotThere() {
    assertThat(Command.run(LIMIT, "no-such-program").status()).isEqualTo(127);
  }

  @Test
  void doesNotWaitForWhatWasLeftInTheBackground() {
    assertThat(Command.run(LIMIT, "sh", "-c", "sleep 2 & echo done").output()).isEqualTo("done");
  }
}
