package io.sluice.collector.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.encoding.RedactionOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ReloadTest {
  @TempDir Path folder;
  private Path file;
  private final List<RedactionOptions> inForce = new ArrayList<>();
  private Reload reload;

  @BeforeEach
  void start() throws Exception {
    file = folder.resolve("sluice.toml");
    write("workers = 1\n");
    String[] arguments = {"collect", "-i", "lo", "--config", file.toString()};
    CommandLine line = SluiceCommand.commandLine(arguments, Map.of());
    reload =
        new Reload(line.parseArgs(arguments).subcommand().commandSpec(), Map.of(), inForce::add);
  }

  @Test
  void putsTheRulesOfRedactionInForceAndNamesWhatMustWait() throws Exception {
    write("workers = 2\nredact-parameters = ['otp']\ndrop-query = true\ntopic = 'other'\n");
    assertThat(reload.run())
        .containsExactly(
            "reloaded: redact-parameters, drop-query",
            "cannot change workers under way: what it sets is made once; start the collector again",
            "cannot change topic under way: what it sets is made once; start the collector again");
    assertThat(inForce).hasSize(1);
    assertThat(inForce.getFirst().dropQuery()).isTrue();
    // Told against what is in force now.
    assertThat(reload.run().getFirst())
        .isEqualTo("reloaded: the rules of redaction are as they were");
    write("workers = 1\n");
    assertThat(reload.run()).containsExactly("reloaded: redact-parameters, drop-query");
    assertThat(inForce.getLast().dropQuery()).isFalse();
  }

  @Test
  void changesNothingWhereAnythingIsWrong() throws Exception {
    write("drop-query = true\nworkers = 99\nwrokers = 1\n");
    assertThatThrownBy(() -> reload.run())
        .hasMessageStartingWith("cannot reload: nothing was changed\ncannot use ")
        .hasMessageContaining("workers = 99")
        .hasMessageContaining("wrokers = 1");
    Files.delete(file);
    assertThatThrownBy(() -> reload.run())
        .hasMessageStartingWith("cannot reload: cannot read the configuration ");
    assertThat(inForce).isEmpty();
  }

  private void write(String text) throws Exception {
    Files.writeString(file, text);
  }
}
