package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AfreshTest {
  private static final Source DEMO = new Source.Demo();
  private static final Source LIVE = new Source.Interface("eth0");

  @TempDir Path folder;

  @Test
  void demoAfterDemosDropsWhatTheyRecorded() throws IOException {
    final DataDir dir = DataDir.of(folder);
    Afresh.prepare(dir, DEMO);
    Files.createDirectories(dir.store().resolve("base"));
    Files.writeString(dir.store().resolve("base/1"), "rows");
    Files.createDirectories(dir.spool());

    Afresh.prepare(dir, DEMO);

    assertThat(dir.store()).doesNotExist();
    assertThat(dir.spool()).doesNotExist();
  }

  @Test
  void demoKeepsWhatAnInterfaceGave() throws IOException {
    final DataDir dir = DataDir.of(folder);
    Afresh.prepare(dir, DEMO);
    Files.createDirectories(dir.store());
    Afresh.prepare(dir, LIVE);

    Afresh.prepare(dir, DEMO);
    Afresh.prepare(dir, DEMO);

    assertThat(dir.store()).exists();
  }
}
