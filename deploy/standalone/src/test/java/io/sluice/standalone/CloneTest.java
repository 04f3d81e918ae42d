package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloneTest {
  private static final String HOME = "sluice.home";

  @TempDir Path home;
  private String before;

  @BeforeEach
  void setHome() {
    before = System.setProperty(HOME, home.toString());
  }

  @AfterEach
  void restoreHome() {
    if (before == null) {
      System.clearProperty(HOME);
    } else {
      System.setProperty(HOME, before);
    }
  }

  @Test
  void usesTheCacheThatTrainingMade() throws IOException {
    assertThat(Clone.cacheOptions("collector")).isEmpty();
    Path target = Files.createDirectories(home.resolve("collector/target"));
    Path cache = Files.createFile(target.resolve("read-1.aot"));
    // Empty: the training failed.
    assertThat(Clone.cacheOptions("collector")).isEmpty();
    Files.writeString(cache, "cache");
    assertThat(Clone.cacheOptions("collector")).startsWith("-XX:AOTCache=" + cache);
  }
}
