package io.sluice.query.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.query.Failure;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeRangeTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @ParameterizedTest
  @CsvSource({"90s,PT90S", "15m,PT15M", "1h,PT1H", "2d,PT48H", "1w,PT168H"})
  void shouldReadDurations(String text, String expected) {
    assertThat(TimeRange.duration("since", text)).isEqualTo(Duration.parse(expected));
    assertThat(TimeRange.parse(text, null, null, NOW))
        .isEqualTo(new TimeRange(NOW.minus(Duration.parse(expected)), null));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-21,2026-11-21T00:00:00Z",
    "2026-11-21T01:02,2026-11-21T01:02:00Z",
    "2026-11-21 01:02:03,2026-11-21T01:02:03Z",
    "2026-11-21T01:02:03.5Z,2026-11-21T01:02:03.500Z",
    "2026-11-21T01:02:03+02:00,2026-11-20T23:02:03Z",
    "2026-11-21T01:02z,2026-11-21T01:02:00Z"
  })
  void shouldReadTimes(String text, String expected) {
    assertThat(TimeRange.time("from", text)).isEqualTo(Instant.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "h", "1x", "-1h", "1 h", "0s", "1.5h", "9999999s", "１h"})
  void shouldRefuseWhatIsNoDuration(String text) {
    assertThatThrownBy(() -> TimeRange.duration("since", text))
        .isInstanceOf(Failure.class)
        .hasMessageStartingWith("cannot read since '" + text + "': ")
        .hasMessageContaining("as in 90s or 1h");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "yesterday",
        "2026",
        "2026-13-01",
        "2026-11-31",
        "01:02",
        "+999999999-01-01T00:00:00Z"
      })
  void shouldRefuseWhatIsNoTime(String text) {
    assertThatThrownBy(() -> TimeRange.parse(null, text, null, NOW))
        .isInstanceOf(Failure.class)
        .hasMessageStartingWith("cannot read from '" + text + "': it is not a time; ");
  }

  @Test
  void shouldRefuseRangesThatHoldNothing() {
    assertThatThrownBy(() -> TimeRange.parse(null, "2026-11-21", "2026-11-20", NOW))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("the end is not after the beginning");
    assertThatThrownBy(() -> TimeRange.parse("1h", "2026-11-21", null, NOW))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("they name two ranges");
    assertThat(TimeRange.parse(null, null, null, NOW)).isEqualTo(TimeRange.ALL);
  }
}
