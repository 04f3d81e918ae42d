package io.sluice.collector.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.control.StatusReport;
import io.sluice.collector.encoding.SampleEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

final class AuditMixinTest {
  @TempDir Path directory;

  @Command(name = "test")
  private static final class Holder {
    @Mixin private AuditMixin audit;
  }

  @Test
  void eachTargetGetsEachEventAndTheLedgerCloses() throws IOException {
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    List<Object> other = new ArrayList<>();
    AuditOutput audit =
        parse("--audit", first.toString(), "--audit", second.toString(), "--audit-format", "cef")
            .open("sensor-1");
    audit.start();
    for (int i = 0; i < 7; i++) {
      audit.beside(other::add).onEvent(SampleEvents.plain());
    }
    audit.close();
    assertThat(other).hasSize(7);
    StatusReport report = new StatusReport("", "", "", 0);
    audit.report(report);
    JsonNode status = report.toJson();
    assertThat(status.path("ledger").path("audit").path("offered").asLong()).isEqualTo(14);
    assertThat(status.path("ledger").path("audit").path("written").asLong()).isEqualTo(14);
    assertThat(status.path("ledger").path("audit").path("in_queue").asLong()).isZero();
    assertThat(status.path("counters").path("audit").path("FILES_SEALED").asLong()).isEqualTo(2);
    assertThat(audit.summary()).isEqualTo("; audit: 14 records written, 0 lost");
    try (var files = Files.list(second)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .anyMatch(name -> name.endsWith(".log.zst"));
    }
  }

  @Test
  void aDirectoryIsOneCollectorsAlone() throws IOException {
    AuditOutput first = parse("--audit", directory.toString()).open("a");
    AuditOutput second = parse("--audit", directory.toString()).open("b");
    first.start();
    try (second) {
      assertThatThrownBy(second::start)
          .hasMessage(
              "cannot write an audit log to "
                  + directory
                  + ": another collector writes there; name another directory, or stop that one");
    }
    first.close();
    try (AuditOutput third = parse("--audit", directory.toString()).open("c")) {
      third.start();
    }
  }

  @Test
  void directoriesThatCannotBeMadeAreToldAllAtOnce() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "in the way");
    Path first = file.resolve("log");
    Path good = directory.resolve("good");
    try (AuditOutput audit =
        parse("--audit", first + "," + good + ",/proc/none/log").open("sensor-1")) {
      assertThatThrownBy(audit::start)
          .isInstanceOf(CommandFailure.class)
          .hasMessage(
              "cannot write an audit log to "
                  + first
                  + ": something else is in its place; move it away\n"
                  + "cannot write an audit log to /proc/none/log: the directory does not exist;"
                  + " create it");
    }
    // What could be written is free again.
    try (AuditOutput other = parse("--audit", good.toString()).open("sensor-2")) {
      other.start();
    }
  }

  @Test
  void withoutATargetThereIsNothing() throws IOException {
    AuditOutput audit = parse().open("sensor-1");
    StatusReport report = new StatusReport("", "", "", 0);
    audit.report(report);
    assertThat(report.toJson().path("ledger").size()).isZero();
    assertThat(audit.summary()).isEmpty();
    audit.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--audit-facility 24|cannot use --audit-facility 24: give 0 to 23",
        "--audit-file-mib 0|cannot use --audit-file-mib 0: give 1 to 1048576",
        "--audit-fsync often|cannot use --audit-fsync often: give never or on-seal or on-block",
        "--audit d --audit-key /dev/null --no-audit-chain|give one of the two",
        "--audit d --audit d|a target is given twice",
        "--audit d --audit ./d|a target is given twice",
        "--audit d --audit-key /none/key|it does not exist; make one with openssl",
        "--audit /proc/self/status|it is no directory; name a directory, syslog or journald",
        "--audit d --audit-format xml|use one of json, tsv, ecs"
      })
  void wrongOptionsAreRefusedInOneLine(String arguments, String reason) {
    CommandLine line = new CommandLine(new Holder());
    assertThat(OptionFaults.of(line.parseArgs(arguments.split(" "))))
        .anyMatch(fault -> fault.contains(reason))
        .noneMatch(fault -> fault.contains("\n"));
  }

  private static AuditMixin parse(String... arguments) {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.audit;
  }
}
