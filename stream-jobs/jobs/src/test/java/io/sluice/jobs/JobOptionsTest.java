package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.jobs.functions.JobMetrics;
import io.sluice.schemas.InstanceKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.PipelineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobOptionsTest {

  @TempDir Path directory;

  @Test
  void readsAFileThenArguments() throws IOException {
    Path file = directory.resolve("instance.properties");
    Files.writeString(
        file,
        "kafka.bootstrap=h:1\nstore.url=jdbc:x\nquery.url=http://not-ours\nflink.rest=x\nwindow.seconds=5\n");

    JobOptions options = JobOptions.parse("--config", file.toString(), "--window.seconds", "20");

    assertThat(options.bootstrap()).isEqualTo("h:1");
    assertThat(options.store().url()).isEqualTo("jdbc:x");
    assertThat(options.levels().base().seconds()).isEqualTo(20);
    assertThat(options.levels().base().latenessMs()).isEqualTo(300_000);
    assertThat(JobOptions.parse("--", "--window.seconds", "20").levels().base().seconds())
        .isEqualTo(20);
  }

  @Test
  void namesWhatIsWrong() {
    assertThatThrownBy(() -> JobOptions.parse("--window.second", "20"))
        .hasMessageContaining("window.second");
    assertThatThrownBy(() -> JobOptions.parse("window.seconds", "20"))
        .hasMessageContaining("--KEY VALUE");
    assertThatThrownBy(() -> JobOptions.parse("--config")).hasMessageContaining("--KEY VALUE");
    assertThatThrownBy(() -> JobOptions.parse("--config", "/nowhere/x"))
        .hasMessageContaining("/nowhere/x");
    assertThatThrownBy(() -> JobOptions.parse("--window.seconds", "ten").levels())
        .hasMessageContaining("ten");
    assertThatThrownBy(() -> JobOptions.parse("--bounds.ids", "5000000000").maxIds())
        .hasMessageContaining("5000000000");
    assertThatThrownBy(() -> JobOptions.parse("--bounds.held", "-1").bounds())
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> JobOptions.parse("--paths", "some").pathTemplates())
        .hasMessageContaining("plain or template");
    assertThatThrownBy(() -> JobOptions.parse("--window.seconds", "7").levels())
        .hasMessageContaining("a minute is not");
    assertThatThrownBy(() -> Jobs.named(JobOptions.parse("--jobs", "request-statistics,what")))
        .hasMessageContaining("'what'")
        .hasMessageContaining("request-statistics");
  }

  @Test
  void handsOnWhatIsForKafkasClients() throws IOException {
    Path file = directory.resolve("instance.properties");
    Files.writeString(
        file, "kafka.bootstrap=h:1\nkafka.client.security.protocol=SSL\nkafka.group=g\n");

    JobOptions options =
        JobOptions.parse(
            "--config",
            file.toString(),
            "--kafka.client.security.protocol",
            "SASL_SSL",
            "--kafka.client.sasl.jaas.config",
            "X required password=\"geheim \"; ");

    assertThat(options.kafkaClient())
        .containsOnly(
            Map.entry("bootstrap.servers", "h:1"),
            Map.entry("security.protocol", "SASL_SSL"),
            Map.entry("sasl.jaas.config", "X required password=\"geheim \"; "));
    assertThatThrownBy(() -> JobOptions.parse("--kafka.client.group.id", "g").kafkaClient())
        .hasMessage(
            "cannot read setting kafka.client.group.id: the jobs set it themselves; give kafka.group");
    assertThatThrownBy(() -> JobOptions.parse("--kafka.client.", "g"))
        .hasMessageContaining("'kafka.client.' is unknown");
  }

  /** Of any program: what is nobody's is a mistake. */
  @Test
  void refusesAFileWithAKeyThatIsNobodys() throws IOException {
    Path file = directory.resolve("instance.properties");
    Files.writeString(file, "windw.seconds=5\nkafka.bootstrap=h:1\nkafka.clients.x=\n");

    assertThatThrownBy(() -> JobOptions.parse("--config", file.toString()))
        .hasMessage(
            "cannot read "
                + file
                + ": 'kafka.clients.x', 'windw.seconds' are no settings; correct or remove them"
                + " (deploy/OPERATIONS.md lists all)");
    Files.writeString(file, "kafka.client.=5\n");
    assertThatThrownBy(() -> JobOptions.parse("--config", file.toString()))
        .hasMessageContaining("'kafka.client.' is no setting; ");
  }

  /** Each setting is known where files are checked, and read here. */
  @Test
  void readsEachOfItsKeys() throws IOException {
    String code =
        Files.readString(Path.of("src", "main", "java", "io", "sluice", "jobs", "JobOptions.java"));
    Set<String> read = new HashSet<>();
    Matcher key = Pattern.compile("(?:text|number)\\(\\s*\"([a-z.]+)\"").matcher(code);
    while (key.find()) {
      read.add(key.group(1));
    }
    assertThat(read).isEqualTo(InstanceKeys.OF_JOBS);
  }

  @Test
  void isInTheGuideWithEveryCounter() throws IOException {
    String guide = Files.readString(Path.of("..", "..", "deploy", "OPERATIONS.md"));
    for (String key : InstanceKeys.OF_JOBS) {
      assertThat(guide).contains("| `" + key + "` | ");
    }
    assertThat(guide).contains("| `" + InstanceKeys.KAFKA_CLIENT + "NAME` | ");
    for (JobMetrics metric : JobMetrics.values()) {
      assertThat(guide).contains("`" + metric.id() + "`");
    }
  }

  @Test
  void asksFlinkForNoGenericTypes() throws IOException {
    assertThat(JobOptions.parse().flink().get(PipelineOptions.GENERIC_TYPES)).isFalse();
  }

  @Test
  void hidesThePassword() throws IOException {
    assertThat(JobOptions.parse("--store.password", "geheim").store().toString())
        .doesNotContain("geheim");
  }
}
