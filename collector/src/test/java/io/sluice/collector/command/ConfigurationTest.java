package io.sluice.collector.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.sink.KafkaSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

final class ConfigurationTest {
  @TempDir Path folder;

  @Test
  void aFlagWinsOverTheEnvironmentAndThatOverTheFile() throws IOException {
    Path file =
        file("sensor = 'file'\nworkers = 3\naudit = ['a', 'b']\nno-trim = true\nports = [80, 81]");
    Map<String, String> environment = Map.of("SLUICE_WORKERS", "5", "SLUICE_AUDIT_FSYNC", "never");
    ParseResult parsed =
        parse(environment, "collect", "-i", "lo", "--config", file.toString(), "--sensor", "flag");
    assertThat(OptionFaults.of(parsed)).isEmpty();
    assertThat(value(parsed, "--sensor")).isEqualTo("flag");
    assertThat(value(parsed, "--workers")).isEqualTo(5);
    assertThat(value(parsed, "--audit")).isEqualTo(List.of("a", "b"));
    assertThat(value(parsed, "--audit-fsync")).isEqualTo("never");
    assertThat(value(parsed, "--no-trim")).isEqualTo(true);
    assertThat(value(parsed, "--ports")).isEqualTo(List.of("80", "81"));
    // What nobody gives keeps its own default.
    assertThat(value(parsed, "--ring-blocks")).isEqualTo(32);
  }

  @Test
  void theEnvironmentMayNameTheFileAndAnInterface() throws IOException {
    Path file = file("interface = ['eth0', 'eth1']");
    ParseResult parsed = parse(Map.of("SLUICE_CONFIG", file.toString()), "capture");
    assertThat(OptionFaults.of(parsed)).isEmpty();
    assertThat(value(parsed, "--interface")).isEqualTo(List.of("eth0", "eth1"));
  }

  @Test
  void aSwitchOfTheFileIsNeitherTurnedByItsFlagNorBeyondReach() throws IOException {
    String file = file("no-trim = true").toString();
    assertThat(
            value(
                parse(Map.of(), "capture", "-i", "lo", "--config", file, "--no-trim"), "--no-trim"))
        .isEqualTo(true);
    assertThat(
            value(
                parse(Map.of(), "capture", "-i", "lo", "--config", file, "--no-trim=false"),
                "--no-trim"))
        .isEqualTo(false);
  }

  @Test
  void clientPropertiesReachKafkaUntouched() throws IOException {
    Path file =
        file(
            """
            [kafka]
            "bootstrap.servers" = "broker:9093"
            sasl.jaas.config = 'x.Module required username="a,b" password="c=d";'
            "ssl.endpoint.identification.algorithm" = ""
            linger.ms = 5
            """);
    KafkaSettings settings =
        kafka(
            parse(
                Map.of("SLUICE_KAFKA_SECURITY_PROTOCOL", "SASL_SSL", "SLUICE_KAFKA_LINGER_MS", "6"),
                "collect",
                "-i",
                "lo",
                "--config=" + file,
                "--kafka-property",
                "client.id=flag"));
    assertThat(settings.bootstrap()).isEqualTo("broker:9093");
    assertThat(settings.clientProperties())
        .isEqualTo(
            Map.of(
                "sasl.jaas.config",
                "x.Module required username=\"a,b\" password=\"c=d\";",
                "ssl.endpoint.identification.algorithm",
                "",
                "linger.ms",
                "6",
                "security.protocol",
                "SASL_SSL",
                "client.id",
                "flag"));
  }

  /** Its readers, ours, expect Avro. */
  @Test
  void eventsAsTextNeedATopicOfTheirOwn() throws IOException {
    String fault =
        "cannot use --topic-format ecs: sluice's jobs read http.requests.v1, as avro; give events"
            + " in it a --topic of their own";
    assertThat(OptionFaults.of(parse(Map.of(), "collect", "-i", "lo", "--topic-format", "ecs")))
        .containsExactly(fault);
    assertThat(ConfigCommand.faults(file("topic-format = 'ecs'"))).containsExactly(fault);
    KafkaSettings text =
        kafka(
            parse(
                Map.of("SLUICE_TOPIC_FORMAT", "ecs"), "collect", "-i", "lo", "--topic=web.ecs.v1"));
    assertThat(text.topic()).isEqualTo("web.ecs.v1");
    assertThat(text.formats().apply("here").name()).isEqualTo("ecs");
    assertThat(text.clientProperties()).isEmpty();
    assertThat(kafka(parse(Map.of(), "collect", "-i", "lo")).formats().apply("here").name())
        .isEqualTo("avro");
    assertThat(OptionFaults.of(parse(Map.of(), "collect", "-i", "lo", "--topic-format", "xml")))
        .containsExactly(
            "cannot use --topic-format xml: give avro or avro-registry or json or tsv or ecs or"
                + " ocsf or zeek or combined or cef");
  }

  @Test
  void aRegistrysFormatNeedsTheSchemasNumber() {
    String[] command = {"collect", "-i", "lo", "--topic=web.v1"};
    assertThat(faults(command, "--topic-format=avro-registry"))
        .containsExactly(
            "cannot use --topic-format avro-registry: records carry the schema's number; give it"
                + " as --topic-schema-id");
    assertThat(faults(command, "--topic-schema-id=7"))
        .containsExactly(
            "cannot use --topic-schema-id 7: events as avro carry no number; leave it away, or"
                + " give --topic-format avro-registry");
    assertThat(faults(command, "--topic-format=avro-registry", "--topic-schema-id=0")).hasSize(1);
    assertThat(faults(command, "--topic-format=avro-registry", "--topic-schema-id=7")).isEmpty();
    assertThat(
            faults(
                new String[] {"collect", "-i", "lo"},
                "--topic-format=avro-registry",
                "--topic-schema-id=7"))
        .hasSize(1);
  }

  private static Set<String> faults(String[] command, String... options) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(options));
    return OptionFaults.of(parse(Map.of(), all.toArray(String[]::new)));
  }

  @Test
  void namesAllFaultsAtOnceWithKeyValueAndRange() throws IOException {
    Path file =
        file(
            "workers = 99\nwrokers = 1\nspool-fsync = 'often'\nsensor = ['a', 'b']\n[capture]\nx = 1");
    Set<String> faults =
        OptionFaults.of(
            parse(
                Map.of("SLUICE_SESSIONS", "none"),
                "collect",
                "--config",
                file.toString(),
                "--idle-timeout",
                "0",
                "--ring-blocks",
                "x",
                "--spool-ful",
                "drop-oldest"));
    assertThat(faults)
        .contains(
            "cannot use workers = 99 in " + file + ": give 1 to 64",
            "cannot use wrokers = 1 in "
                + file
                + ": there is no such key; see sluice config --default",
            "cannot use capture.x = 1 in "
                + file
                + ": there is no such key; see sluice config --default",
            "cannot use spool-fsync = often in " + file + ": give never or interval or each",
            "cannot use sensor = a,b in " + file + ": give one value, not a list",
            "cannot use SLUICE_SESSIONS=none: give 1 to 16777216",
            "cannot use --idle-timeout 0: give 1 to 86400",
            "cannot use --ring-blocks x: give 2 to 65536")
        .anyMatch(line -> line.contains("--spool-ful") && line.contains("--spool-full"))
        .hasSize(9)
        .allMatch(line -> line.startsWith("cannot ") && !line.contains("\n"));
  }

  @Test
  void namesAllFaultsThatTheOptionsOwnCodeFinds() {
    Set<String> faults =
        OptionFaults.of(
            parse(
                Map.of(),
                "capture",
                "-i",
                "lo",
                "--no-output",
                "--ports",
                "0",
                "--networks",
                "x",
                "--ring-block-bytes",
                "200000",
                "--trust-forwarded",
                "y",
                "--format",
                "xml",
                "--metrics",
                "z"));
    assertThat(faults).hasSize(7);
    assertThat(String.join("\n", faults))
        .contains(
            "--no-output",
            "--ports 0: give ports of 1 to 65535",
            "--networks",
            "a power of two",
            "--trust-forwarded",
            "'xml'",
            "--metrics z");
  }

  @Test
  void checksAFileByItself() throws IOException {
    assertThat(ConfigCommand.faults(file("workers = 2\nformat = 'ecs'\ncontrol-socket = '/run/x'")))
        .isEmpty();
    Path wrong = file("ports = ['http']\naudit-queue = 0\nfields = 'nope'\nurl = 'x'");
    assertThat(ConfigCommand.faults(wrong)).hasSize(4);
    assertThatThrownBy(() -> ConfigCommand.faults(file("a = 1\nb = = 2")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("line 2")
        .hasMessageEndingWith("; correct it");
    assertThatThrownBy(() -> ConfigCommand.faults(folder.resolve("none")))
        .hasMessageEndingWith("it does not exist; sluice config --default prints one");
  }

  @Test
  void theDefaultConfigurationIsRightAndNamesEveryKey() throws IOException {
    String text = ConfigurationText.ofDefaults();
    Path file = file(text);
    assertThat(ConfigCommand.faults(file)).isEmpty();
    for (Setting setting : Setting.all().values()) {
      String key = setting.key().replace("kafka.", "");
      assertThat(text).containsPattern("(?m)^(# )?\"?" + key + "\"? = ");
    }
    // It says what happens without it.
    for (String command : List.of("collect", "capture")) {
      ParseResult bare = parse(Map.of(), command, "-i", "lo");
      ParseResult configured = parse(Map.of(), command, "-i", "lo", "--config", file.toString());
      assertThat(OptionFaults.of(configured)).isEmpty();
      for (OptionSpec option : bare.commandSpec().options()) {
        if (!option.longestName().equals("--config")) {
          assertThat(configured.commandSpec().findOption(option.longestName()).<Object>getValue())
              .as(option.longestName())
              .isEqualTo(option.getValue());
        }
      }
    }
  }

  @Test
  void everyKeyIsAFlagAndInTheGuide() throws IOException {
    String guide = Files.readString(Path.of("..", "deploy", "OPERATIONS.md"));
    List<String> missing = new ArrayList<>();
    for (Setting setting : Setting.all().values()) {
      String flag = setting.option().longestName();
      if (!guide.contains("`" + flag)) {
        missing.add(flag);
      }
      if (setting.isSwitch()) {
        assertThat(setting.option().fallbackValue()).as(flag).isEqualTo("true");
      }
    }
    addMissing(SluiceCommand.commandLine(new String[0], Map.of()), guide, missing);
    assertThat(missing).isEmpty();
  }

  /** Every command, and every flag of each. */
  private static void addMissing(CommandLine command, String guide, List<String> missing) {
    if (!guide.contains("`" + command.getCommandSpec().qualifiedName())
        && !guide.contains("`" + command.getCommandName() + "`")
        && command.getParent() != null) {
      missing.add(command.getCommandName());
    }
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp() && !guide.contains(option.longestName())) {
        missing.add(command.getCommandName() + " " + option.longestName());
      }
    }
    command.getSubcommands().values().forEach(each -> addMissing(each, guide, missing));
  }

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "sluice", ".toml"), text);
  }

  private static ParseResult parse(Map<String, String> environment, String... arguments) {
    CommandLine line = SluiceCommand.commandLine(arguments, environment);
    return line.parseArgs(arguments).subcommand();
  }

  private static Object value(ParseResult parsed, String option) {
    return parsed.commandSpec().findOption(option).getValue();
  }

  private static KafkaSettings kafka(ParseResult parsed) {
    assertThat(OptionFaults.of(parsed)).isEmpty();
    return parsed.commandSpec().mixins().values().stream()
        .map(mixin -> mixin.userObject())
        .flatMap(mixin -> mixin instanceof KafkaMixin kafka ? Arrays.asList(kafka).stream() : null)
        .findFirst()
        .orElseThrow()
        .toSettings();
  }
}
