package io.sluice.jobs.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextsTest {

  @Test
  void givesTheTextInItsFormWhateverCameBefore() {
    Texts texts = new Texts(text -> text.toUpperCase(Locale.ROOT));
    Random random = new Random(3);
    for (int i = 0; i < 100_000; i++) {
      String text = "text \u00e9 " + "x".repeat(random.nextInt(300)) + random.nextInt(20);
      byte[] bytes = (i + text + i).getBytes(UTF_8);
      int before = Integer.toString(i).length();
      assertThat(texts.of(bytes, before, bytes.length - 2 * before))
          .isEqualTo(text.toUpperCase(Locale.ROOT));
    }
  }

  @Test
  void givesTheSameObjectForWhatComesAgain() {
    Texts texts = new Texts(text -> text);
    byte[] bytes = "sensor".getBytes(UTF_8);

    assertThat(texts.of(bytes, 0, 6)).isEqualTo("sensor").isSameAs(texts.of(bytes.clone(), 0, 6));
    assertThat(texts.of(bytes, 0, 0)).isEmpty();
  }
}
