package io.sluice.collector.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.encoding.EncodingFormat;
import io.sluice.collector.encoding.EncodingOptions;
import io.sluice.collector.encoding.RecordBuffer;
import io.sluice.collector.encoding.SafeText;
import io.sluice.collector.event.RequestEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What goes to a terminal from the control socket. */
final class EventLineTest {
  /** C0, DEL, C1, bidirectional overrides and isolates, joiners, separators, lone surrogates. */
  private static List<String> hostile() {
    List<String> texts = new ArrayList<>();
    for (int c = 0; c < 0x20; c++) {
      texts.add("a" + (char) c + "[2Jb");
    }
    for (int c = 0x7f; c < 0xa0; c++) {
      texts.add("a" + (char) c + "31mb");
    }
    for (int c : new int[] {0xad, 0x61c, 0xfeff}) {
      texts.add("a" + (char) c + "b");
    }
    for (int c = 0x200b; c <= 0x200f; c++) {
      texts.add("a" + (char) c + "b");
    }
    for (int c = 0x2028; c <= 0x202e; c++) {
      texts.add("a" + (char) c + "b");
    }
    for (int c = 0x2066; c <= 0x2069; c++) {
      texts.add("a" + (char) c + "b");
    }
    texts.add("a\ud800b");
    texts.add("a" + Character.toString(0xe0001) + "b");
    return texts;
  }

  @Test
  void isShortAndReadsWell() {
    assertThat(EventLine.of(json(TailEvents.ofHost("a.example"))))
        .isEqualTo(
            "01:02:03.123  10.0.0.1         GET     404      1.5 ms  http://a.example/a/b"
                + "  [truncated, x]");
    assertThat(
            EventLine.of(json(TailEvents.of("a.example", "/", "POST", 0, "2001:db8::1", null, ""))))
        .contains("2001:db8::1", "POST      -        -     http://a.example/");
    assertThat(
            EventLine.of(
                json(TailEvents.of("h", "/" + "x".repeat(9_000), "GET", 200, "::1", null, ""))))
        .hasSizeLessThan(600)
        .contains("x…");
  }

  /** The events are clean where they are made; this holds even if one is not. */
  @Test
  void noEventCanWriteControlCharacters() {
    for (String text : hostile()) {
      JsonNode event = json(TailEvents.of(text, text, text, 200, text, text, text));
      assertPrintable(EventLine.of(event));
      assertPrintable(SafeText.clean(event.toString()));
    }
  }

  @Test
  void noStatusCanEither() {
    for (String text : hostile()) {
      StatusReport report = new StatusReport(text, text, text, 1);
      report.add(new Identity(text, text, 1, Map.of(text, 1L), text, text));
      report.add(text, Map.of(text, 2L));
      report.add(text, FlowOnly.values(), counter -> 1);
      for (String line : StatusTable.of(report.toJson()).split("\n", -1)) {
        assertPrintable(line);
      }
      JsonNode sessions =
          ControlProtocol.JSON
              .createArrayNode()
              .add(ControlProtocol.JSON.createObjectNode().put("low", text).put("high", text));
      for (String line : SessionTable.of(sessions).split("\n", -1)) {
        assertPrintable(line);
      }
    }
  }

  private enum FlowOnly {
    OPENED
  }

  private static void assertPrintable(String text) {
    text.codePoints()
        .forEach(c ->
            assertThat(
                    c == ' '
                        || !Character.isISOControl(c)
                            && Character.getType(c) != Character.FORMAT
                            && Character.getType(c) != Character.SURROGATE
                            && Character.getType(c) != Character.LINE_SEPARATOR
                            && Character.getType(c) != Character.PARAGRAPH_SEPARATOR)
                .as("%x in %s", c, text)
                .isTrue());
  }

  private static JsonNode json(RequestEvent event) {
    RecordBuffer out = new RecordBuffer();
    EncodingFormat.JSON.create(new EncodingOptions("s", "")).append(event, out);
    return ControlProtocol.JSON.readTree(out.toByteArray());
  }
}
