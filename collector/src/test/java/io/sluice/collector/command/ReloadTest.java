package io.sluice.collector.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.pipeline.EventOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Option;

final class ReloadTest {
  @TempDir Path folder;
  private Path file;
  private final List<EventOptions> inForce = new ArrayList<>();
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
  void putsWhatEventsHoldInForceAndNamesWhatMustWait() throws Exception {
    write(
        "workers = 2\nredact-parameters = ['otp']\ndrop-query = true\ntopic = 'other'\n"
            + "kafka.acks = 'all'\nkafka.security.protocol = 'SSL'\nmax-url-bytes = 9\n");
    assertThat(reload.run())
        .containsExactly(
            "reloaded: redact-parameters, drop-query",
            mustWait("workers"),
            mustWait("max-url-bytes"),
            mustWait("topic"),
            mustWait("kafka.acks"),
            mustWait("kafka.security.protocol"));
    assertThat(inForce).hasSize(1);
    assertThat(inForce.getFirst().redaction().dropQuery()).isTrue();
    // Told against what is in force now.
    assertThat(reload.run().getFirst()).isEqualTo("reloaded: what events hold is as it was");
    write("workers = 1\n");
    assertThat(reload.run()).containsExactly("reloaded: redact-parameters, drop-query");
    assertThat(inForce.getLast().redaction().dropQuery()).isFalse();
  }

  /** Each alone, so that none is taken for reloadable that changes nothing. */
  @ParameterizedTest
  @MethodSource
  void changesEachReloadableSetting(String key) throws Exception {
    reload.run();
    String value =
        switch (key) {
          case "headers", "request-headers", "response-headers" -> "['X-Request-Id']";
          case "trust-forwarded" -> "['10.0.0.0/8']";
          case "redact-parameters" -> "['otp']";
          case "client-key" ->
              "'" + Files.writeString(folder.resolve("key"), "0123456789abcdef".repeat(4)) + "'";
          default -> "true";
        };
    write("workers = 1\n" + key + " = " + value + "\n");
    assertThat(reload.run()).containsExactly("reloaded: " + key);
    assertThat(inForce.getLast()).isNotEqualTo(inForce.getFirst());
    write("workers = 1\n");
    assertThat(reload.run()).containsExactly("reloaded: " + key);
    assertThat(reload.run()).containsExactly("reloaded: what events hold is as it was");
  }

  static List<String> changesEachReloadableSetting() {
    List<String> keys =
        Stream.of(PipelineMixin.class, RedactionMixin.class)
            .flatMap(mixin -> Stream.of(mixin.getDeclaredFields()))
            .filter(field -> field.isAnnotationPresent(Reloadable.class))
            .map(field -> field.getAnnotation(Option.class).names()[0].substring(2))
            .toList();
    assertThat(keys).hasSize(10);
    return keys;
  }

  private static String mustWait(String key) {
    return "cannot change "
        + key
        + " under way: what it sets is made once; start the collector again";
  }

  @Test
  void changesNothingWhereAnythingIsWrong() throws Exception {
    write("drop-query = true\nworkers = 99\nwrokers = 1\nheaders = ['a b']\n");
    assertThatThrownBy(() -> reload.run())
        .hasMessageStartingWith("cannot reload: nothing was changed\ncannot use ")
        .hasMessageContaining("workers = 99")
        .hasMessageContaining("wrokers = 1")
        .hasMessageContaining("cannot use --headers or --request-headers: 'a b' is no header's");
    Files.delete(file);
    assertThatThrownBy(() -> reload.run())
        .hasMessageStartingWith("cannot reload: cannot read the configuration ");
    assertThat(inForce).isEmpty();
  }

  private void write(String text) throws Exception {
    Files.writeString(file, text);
  }
}
