package io.sluice.collector.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The grammar is Apache 2.4's mod_log_config: combined, with the escapes of ap_escape_logitem. */
final class CombinedEncodingTest {
  private static final String QUOTED =
      "\"((?:[ !#-\\[\\]-~]|\\\\\\\\|\\\\\"|\\\\x[0-9a-fA-F]{2})*+)\"";
  private static final Pattern LINE =
      Pattern.compile(
          "([0-9a-fA-F.:]+) - - \\[(\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4})\\] "
              + QUOTED
              + " (\\d{3}|-) (\\d+|-) "
              + QUOTED
              + " "
              + QUOTED);

  @Test
  void writesAPlainExchange() {
    assertThat(encode(SafeRecords.OPTIONS, SampleEvents.plain()))
        .isEqualTo(
            "128.232.110.120 - - [21/Nov/2026:01:02:03 +0000] \"GET /a/page.html?b=c HTTP/1.1\" 200"
                + " 3000 \"http://referrer.example/from?x=y\" \"Mozilla/5.0 (X11)\"");
  }

  @Test
  void writesLocalTimeWhereAsked() {
    final EncodingOptions berlin =
        new EncodingOptions("sensor-1", "0.1.0", ZoneId.of("Europe/Berlin"));
    assertThat(encode(berlin, SampleEvents.plain())).contains("[21/Nov/2026:02:02:03 +0100]");
  }

  @Test
  void whatIsMissingIsADash() {
    assertThat(encode(SafeRecords.OPTIONS, SampleEvents.bare()))
        .isEqualTo(
            "2001:db8::1 - - [21/Nov/2026:01:02:03 +0000] \"OPTIONS * HTTP/1.0\" - - \"-\" \"-\"");
  }

  @Test
  void aLineThatWasCutHasNoVersion() {
    assertThat(encode(SafeRecords.OPTIONS, SampleEvents.cut())).contains("] \"- -\" 200 - ");
  }

  @Test
  void http2IsNamedAsApacheDoes() {
    assertThat(encode(SafeRecords.OPTIONS, SampleEvents.proxied()))
        .contains("] \"POST /a.B/C HTTP/2.0\" 200 2199023255552 ");
  }

  @Test
  void everyHostileTextStaysInItsQuotes() {
    SampleEvents.hostileTexts()
        .forEach(text -> {
          final Matcher line = match(text);
          assertThat(line.group(4)).isEqualTo("404");
          assertThat(line.group(5)).isEqualTo("7");
          assertThat(line.group(6)).isEqualTo(line.group(7));
        });
  }

  @Test
  void escapesAsApacheDoes() {
    assertThat(match("a\"b").group(7)).isEqualTo("a\\\"b");
    assertThat(match("a\\").group(7)).isEqualTo("a\\\\");
    assertThat(match("a\\\"").group(7)).isEqualTo("a\\\\\\\"");
    assertThat(match("é\n").group(7)).isEqualTo("\\xc3\\xa9\\x0a");
    assertThat(match("\\x80\\\\").group(7)).isEqualTo("\\x80\\\\");
  }

  private static Matcher match(final String text) {
    final String record = encode(SafeRecords.OPTIONS, SampleEvents.everywhere(text));
    final Matcher line = LINE.matcher(record);
    assertThat(line.matches()).as("%.300s", record).isTrue();
    return line;
  }

  private static String encode(
      final EncodingOptions options, final io.sluice.collector.event.RequestEvent event) {
    return SafeRecords.encode(EncodingFormat.COMBINED.create(options), event);
  }
}
