package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.InstanceKeys;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceTest {
  private static final DiskBudget BUDGET = new DiskBudget(DiskBudget.DEFAULT_BYTES);

  @TempDir Path folder;
  private DataDir dir;

  @BeforeEach
  void make() {
    dir = DataDir.of(folder.resolve("with space"));
    dir.create();
  }

  @Test
  void isNobodyElsesToRead() throws IOException {
    Instance.settle(dir, BUDGET);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.properties())))
        .isEqualTo("rw-------");
  }

  @Test
  void keepsPasswordsAndName() {
    final Instance first = Instance.settle(dir, BUDGET);
    final Instance second = Instance.settle(dir, BUDGET);

    assertThat(second.id()).isEqualTo(first.id()).matches("[0-9a-f]{8}");
    assertThat(second.get("store.password")).isEqualTo(first.get("store.password")).hasSize(32);
    assertThat(second.get("store.reader.password")).isNotEqualTo(second.get("store.password"));
  }

  @Test
  void hasADifferentPortForEverything() {
    final Instance instance = Instance.settle(dir, BUDGET);

    assertThat(
            new int[] {
              instance.port("kafka.bootstrap"),
              instance.port("kafka.controller"),
              instance.port("flink.rest"),
              instance.port("flink.rpc"),
              instance.port("query.url"),
              instance.port("store.url")
            })
        .doesNotHaveDuplicates()
        .doesNotContain(0);
    assertThat(instance.get("store.url")).matches("jdbc:postgresql://127.0.0.1:\\d+/sluice");
  }

  @Test
  void movesTheSocketOutOfADeepFolder() {
    final DataDir deep = DataDir.of(folder.resolve("d".repeat(120)));
    deep.create();

    final Instance instance = Instance.settle(deep, BUDGET);

    assertThat(instance.get("collector.socket").length()).isLessThanOrEqualTo(107);
  }

  @Test
  void hasItsKeysInTheGuide() throws IOException {
    Instance.settle(dir, BUDGET);
    final Properties keys = new Properties();
    try (Reader reader = Files.newBufferedReader(dir.properties())) {
      keys.load(reader);
    }
    final String guide = Files.readString(Path.of("..", "OPERATIONS.md"));
    assertThat(keys.stringPropertyNames())
        .hasSizeGreaterThan(10)
        .containsAll(InstanceKeys.OF_UP)
        .allSatisfy(key -> assertThat(guide).contains("`" + key + "`"));
    assertThat(InstanceKeys.OF_QUERY)
        .allSatisfy(key -> assertThat(guide).contains("`" + key + "`"));
  }

  @Test
  void keepsWhatWasAddedByHandAsItIs() throws IOException {
    Instance.settle(dir, BUDGET);
    final String key = "kafka.client.ssl.truststore.certificates";
    Files.writeString(
        dir.properties(), key + "=-----BEGIN\\nM\\\\I\\n-----END\n", StandardOpenOption.APPEND);

    Instance.settle(dir, BUDGET);

    assertThat(Instance.settle(dir, BUDGET).get(key)).isEqualTo("-----BEGIN\nM\\I\n-----END");
  }

  @Test
  void refusesAKeyThatIsNobodys() throws IOException {
    Instance.settle(dir, BUDGET);
    Files.writeString(dir.properties(), "store.dayz=3\n", StandardOpenOption.APPEND);

    final String fault =
        "cannot read "
            + dir.properties()
            + ": 'store.dayz' is no setting; correct or remove it (deploy/OPERATIONS.md lists all)";
    assertThatThrownBy(() -> Instance.settle(dir, BUDGET))
        .isInstanceOf(Problem.class)
        .hasMessage(fault);
    assertThatThrownBy(() -> Instance.load(dir)).isInstanceOf(Problem.class).hasMessage(fault);
  }

  @Test
  void saysWhereThereIsNone() {
    assertThatThrownBy(() -> Instance.load(dir))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("run sluice up");
  }
}
