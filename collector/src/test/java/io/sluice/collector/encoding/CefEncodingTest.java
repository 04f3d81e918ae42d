package io.sluice.collector.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The grammar and dictionary are those of "Implementing ArcSight Common Event Format", CEF:0. */
final class CefEncodingTest {
  private static final Pattern HEADER =
      Pattern.compile("CEF:0((?:\\|(?:[^|\\\\]|\\\\[|\\\\])*+){6})\\|(.*)", Pattern.DOTALL);

  /** A key follows a space or begins the extension; an equals sign in a value has a backslash. */
  private static final Pattern KEY = Pattern.compile("(?:^| )([A-Za-z0-9]+)(?<!\\\\)=");

  private static final Map<String, Integer> STRING_LENGTHS =
      Map.ofEntries(
          Map.entry("dvchost", 100),
          Map.entry("externalId", 40),
          Map.entry("app", 31),
          Map.entry("proto", 31),
          Map.entry("request", 1023),
          Map.entry("requestMethod", 1023),
          Map.entry("requestClientApplication", 1023),
          Map.entry("requestContext", 2048),
          Map.entry("dhost", 1023),
          Map.entry("outcome", 63),
          Map.entry("reason", 1023),
          Map.entry("cs1", 4000),
          Map.entry("cs2", 4000),
          Map.entry("cs3", 4000),
          Map.entry("cs4", 4000),
          Map.entry("cs5", 4000),
          Map.entry("cs5Label", 1023),
          Map.entry("cs1Label", 1023),
          Map.entry("cs2Label", 1023),
          Map.entry("cs3Label", 1023),
          Map.entry("cs4Label", 1023),
          Map.entry("cn1Label", 1023),
          Map.entry("cn2Label", 1023),
          Map.entry("cn3Label", 1023),
          Map.entry("c6a2Label", 1023),
          Map.entry("c6a3Label", 1023),
          Map.entry("src", 15),
          Map.entry("dst", 15),
          Map.entry("c6a2", 45),
          Map.entry("c6a3", 45));

  @Test
  void writesAPlainExchange() {
    final Map<String, String> extension = parse(encode(SampleEvents.plain()));
    assertThat(encode(SampleEvents.plain()))
        .startsWith("CEF:0|Sluice|Sluice|0.1.0|http-request|HTTP request|1|rt=1795222923123 ");
    assertThat(extension)
        .containsEntry("src", "128.232.110.120")
        .containsEntry("spt", "34855")
        .containsEntry("dst", "66.35.250.204")
        .containsEntry("dpt", "80")
        .containsEntry("request", "http://example.com/a/page.html?b=c")
        .containsEntry("requestMethod", "GET")
        .containsEntry("dhost", "example.com")
        .containsEntry("in", "131")
        .containsEntry("out", "3210")
        .containsEntry("outcome", "success")
        .containsEntry("cs1", SampleEvents.COMMUNITY_ID)
        .doesNotContainKey("cs2");
  }

  @Test
  void writesTheRealClient() {
    assertThat(parse(encode(SampleEvents.proxied())))
        .containsEntry("cs5", "2001:db8::77")
        .containsEntry("cs5Label", "realClientIp");
  }

  @Test
  void ipv6HasFieldsOfItsOwn() {
    assertThat(parse(encode(SampleEvents.bare())))
        .doesNotContainKeys("src", "dst", "out", "outcome")
        .containsEntry("c6a2", "2001:db8::1")
        .containsEntry("c6a3", "2001:db8::2")
        .containsEntry("cs2", "no_response,truncated");
  }

  @Test
  void sizesStayIntegers() {
    assertThat(parse(encode(SampleEvents.proxied())))
        .containsEntry("in", "2147483647")
        .containsEntry("out", "2147483647")
        .containsEntry("cs2", "cef_truncated");
  }

  @Test
  void noHostileTextForgesOrEndsAField() {
    SampleEvents.hostileTexts()
        .forEach(text -> {
          final Map<String, String> extension = parse(encode(SampleEvents.everywhere(text)));
          assertThat(extension)
              .containsEntry("outcome", "failure")
              .containsEntry("cs1", SampleEvents.COMMUNITY_ID)
              .containsEntry("dhost", SafeText.cut(SafeText.clean(text), 1023));
          assertThat(extension.get("cs2").contains("cef_truncated"))
              .isEqualTo(SafeText.clean(text).length() > 1023);
        });
  }

  @Test
  void aHostileVersionCannotEndTheHeader() {
    final EncodingOptions options = new EncodingOptions("s=1\n", "1|2\\3");
    final String record =
        SafeRecords.encode(EncodingFormat.CEF.create(options), SampleEvents.plain());
    assertThat(record).startsWith("CEF:0|Sluice|Sluice|1\\|2\\\\3|http-request|");
    assertThat(parse(record)).containsEntry("dvchost", "s=1\\x0a");
  }

  private static String encode(final io.sluice.collector.event.RequestEvent event) {
    return SafeRecords.encode(EncodingFormat.CEF.create(SafeRecords.OPTIONS), event);
  }

  private static Map<String, String> parse(final String record) {
    final Matcher header = HEADER.matcher(record);
    assertThat(header.matches()).as("%.300s", record).isTrue();
    final String extension = header.group(2);
    final Map<String, String> result = new LinkedHashMap<>();
    final Matcher key = KEY.matcher(extension);
    String name = null;
    int start = 0;
    while (key.find()) {
      if (name != null) {
        put(result, name, extension.substring(start, key.start()));
      }
      name = key.group(1);
      start = key.end();
    }
    put(result, name, extension.substring(start));
    return result;
  }

  private static void put(
      final Map<String, String> result, final String name, final String escaped) {
    assertThat(escaped.replaceAll("\\\\[\\\\=nr]", "")).doesNotContain("\\", "=");
    final String value = escaped.replaceAll("\\\\([\\\\=])", "$1");
    assertThat(result.put(name, value)).as("second %s", name).isNull();
    final Integer limit = STRING_LENGTHS.get(name);
    if (limit == null) {
      assertThat(value).as("number %s", name).matches("-?\\d+");
    } else {
      assertThat(value.length()).as(name).isLessThanOrEqualTo(limit);
    }
  }
}
