package io.sluice.collector.protocol.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeaderNameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "host",
        "expect",
        "referer",
        "upgrade",
        "x-eights",
        "connection",
        "content-length",
        "transfer-encoding",
        "twenty-four-letters-long"
      })
  void shouldBeTheNameInAnyCaseAndNothingElse(String text) {
    HeaderName name = HeaderName.of(text);
    byte[] bytes = ("ab" + text + ": value").getBytes(US_ASCII);
    int end = 2 + text.length();

    assertThat(name.isStartOf(bytes, 2, bytes.length)).isTrue();
    assertThat(name.isStartOf(bytes, 2, end)).isTrue();
    assertThat(name.isStartOf(bytes, 2, end - 1)).isFalse();
    for (int at = 2; at < end; at++) {
      byte right = bytes[at];
      for (int b = 0; b < 256; b++) {
        bytes[at] = (byte) b;
        boolean same = b == right || Character.isLetter(right) && b == right - 0x20;
        assertThat(name.isStartOf(bytes, 2, bytes.length)).as("%d at %d", b, at).isEqualTo(same);
      }
      bytes[at] = right;
    }
  }
}
