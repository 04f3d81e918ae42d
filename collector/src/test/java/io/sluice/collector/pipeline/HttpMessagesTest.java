package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.testing.Http2Cases;
import io.sluice.collector.testing.HttpCases;
import io.sluice.collector.testing.HttpCases.Case;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Replay;
import io.sluice.collector.testing.Talk;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What messages become, whole and cut at every byte. */
final class HttpMessagesTest {
  static List<HttpCases.Case> cases() {
    return Stream.concat(HttpCases.all().stream(), Http2Cases.all().stream()).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldReadWhole(Case c) {
    assertThat(read(Talk.open().client(c.client()).server(c.server()), c)).isEqualTo(lines(c));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldReadInSegmentsOfAnySize(Case c) {
    int longest = Math.max(c.client().length(), c.server().length());
    for (int size = 1; size < longest; size++) {
      Talk talk = Talk.open().segmentsOf(size).client(c.client()).server(c.server());
      assertThat(read(talk, c)).as("segments of %d", size).isEqualTo(lines(c));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldReadWhateverTheOrderOfTwoParts(Case c) {
    for (int at = 1; at < c.client().length(); at++) {
      Talk talk = Talk.open();
      talk.client(c.client().substring(0, at)).client(c.client().substring(at));
      talk.server(c.server());
      java.util.Collections.swap(talk.packets(), 3, 4);
      assertThat(read(talk, c)).as("cut at %d", at).isEqualTo(lines(c));
    }
    for (int at = 1; at < c.server().length(); at++) {
      Talk talk = Talk.open().client(c.client());
      talk.server(c.server().substring(0, at)).server(c.server().substring(at));
      java.util.Collections.swap(talk.packets(), 4, 5);
      assertThat(read(talk, c)).as("cut at %d", at).isEqualTo(lines(c));
    }
  }

  private static List<String> read(Talk talk, Case c) {
    List<Packet> packets = new ArrayList<>(talk.clientEnds().serverEnds().packets());
    return Replay.events(packets).stream().map(HttpMessagesTest::line).toList();
  }

  /** Whether a request is flagged as pipelined is known from the segments alone. */
  private static List<String> lines(Case c) {
    return Stream.of(c.expected()).map(HttpMessagesTest::withoutPipelined).toList();
  }

  private static String line(RequestEvent e) {
    return withoutPipelined(
        "%s %s %s %d %s %d %s"
            .formatted(
                e.request().method(),
                e.request().target(),
                e.request().host(),
                e.request().bodyBytes(),
                e.response() == null ? null : e.response().status(),
                e.response() == null ? 0 : e.response().bodyBytes(),
                e.flags()));
  }

  private static String withoutPipelined(String line) {
    return line.replace(", pipelined", "").replace("pipelined, ", "").replace("pipelined", "");
  }
}
