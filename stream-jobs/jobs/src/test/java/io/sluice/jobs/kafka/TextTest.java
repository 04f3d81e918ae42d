package io.sluice.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {

  @Test
  void cutsBetweenCharacters() {
    for (String unit : new String[] {"a", "é", "…", "😀"}) {
      for (int bytes = 10; bytes < 20; bytes++) {
        String cut = Text.clean(unit.repeat(20), bytes);
        assertThat(cut.getBytes(StandardCharsets.UTF_8).length).isBetween(bytes - 3, bytes);
        assertThat(cut).endsWith("…").doesNotContain("\uFFFD");
      }
    }
    assertThat(Text.clean("1234567890", 10)).isEqualTo("1234567890");
  }

  @Test
  void replacesWhatAStoreRefuses() {
    assertThat(Text.clean("a\0b", 10)).isEqualTo("a\uFFFDb");
    assertThat(Text.clean("a\uD83D", 10)).isEqualTo("a\uFFFD");
    assertThat(Text.clean("😀", 10)).isEqualTo("😀");
    assertThat(Text.clean(null, 10)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b?c=d, /a/b",
    "/, /",
    "/?, /",
    "http://h/x?y, /x",
    "http://h, /",
    "http://h?x, /",
    "*, *",
    "h:443, h:443",
    "'', /",
    "?x, /",
    "/a://b/c, /a://b/c",
    "://x, ://x"
  })
  void findsThePath(String target, String path) {
    assertThat(Target.path(target)).isEqualTo(path);
  }
}
