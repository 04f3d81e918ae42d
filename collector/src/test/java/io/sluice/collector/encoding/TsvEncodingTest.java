package io.sluice.collector.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.event.RequestEvent;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class TsvEncodingTest {
  @Test
  void writesTheDefaultColumns() {
    assertThat(encode(EncodingFormat.TSV.create(SafeRecords.OPTIONS), SampleEvents.plain()))
        .isEqualTo(
            "2026-11-21T01:02:03.123456Z\t128.232.110.120\t66.35.250.204\tGET\texample.com\t"
                + "/a/page.html?b=c\t1.1\t200\tOK");
  }

  /** Each column is what the JSON form has under its name. */
  @Test
  void columnsAreNamedAsInJson() {
    for (final RequestEvent event :
        new RequestEvent[] {SampleEvents.plain(), SampleEvents.bare()}) {
      final EventEncoding json = EncodingFormat.JSON.create(SafeRecords.OPTIONS);
      final EventEncoding tsv = withFields(EventField.values());
      json.captureFile("a.pcap");
      tsv.captureFile("a.pcap");
      final JsonNode tree = JsonMapper.shared().readTree(SafeRecords.encode(json, event));
      final String[] columns = encode(tsv, event).split("\t", -1);
      assertThat(columns).hasSameSizeAs(EventField.values());
      for (final EventField field : EventField.values()) {
        final JsonNode value = tree.at("/" + field.path().replace('.', '/'));
        final String text =
            value.isArray()
                ? String.join(",", value.valueStream().map(JsonNode::asString).toList())
                : value.isNull() || value.isMissingNode() ? "" : value.asString();
        assertThat(columns[field.ordinal()])
            .as(field.path())
            .isEqualTo(text.isEmpty() ? "-" : text);
      }
    }
  }

  @Test
  void everyFieldIsInTheHelp() {
    assertThat(EventField.parse(EventField.names())).containsExactly(EventField.values());
  }

  @Test
  void textCanNotForgeAColumnOrALineAndADashIsNotAbsent() {
    final EventEncoding tsv = withFields(EventField.METHOD, EventField.REFERRER, EventField.FILE);
    assertThat(encode(tsv, SampleEvents.everywhere("a\tb\nc\r\u001b")))
        .isEqualTo("a\\x09b\\x0ac\\x0d\\x1b\ta\\x09b\\x0ac\\x0d\\x1b\t-");
    assertThat(encode(tsv, SampleEvents.everywhere("-"))).isEqualTo("\\x2d\t\\x2d\t-");
    assertThat(encode(tsv, SampleEvents.everywhere(""))).isEqualTo("\t\t-");
  }

  @Test
  void anUnknownFieldIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> EventField.parse("ts,tsx\u001b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("cannot use field 'tsx\\x1b': events have none of that name;")
        .hasMessageContaining("response.reason");
    assertThatThrownBy(() -> EventField.parse("")).isInstanceOf(IllegalArgumentException.class);
  }

  private static EventEncoding withFields(final EventField... fields) {
    return EncodingFormat.TSV.create(
        new EncodingOptions("sensor-1", "0.1.0", ZoneOffset.UTC, Arrays.asList(fields)));
  }

  private static String encode(final EventEncoding encoding, final RequestEvent event) {
    return SafeRecords.encode(encoding, event);
  }
}
