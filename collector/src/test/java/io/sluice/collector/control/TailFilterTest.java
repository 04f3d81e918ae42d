package io.sluice.collector.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TailFilterTest {
  @Test
  void eachPartMustMatchAndWhatIsNullIsNotLookedAt() {
    var event = TailEvents.of("a.b.example", "/x/y", "GET", 404, "10.0.0.1", "10.0.0.9", "");
    assertThat(TailFilter.ALL.matches(event)).isTrue();
    assertThat(new TailFilter("A.b.Example", "/x", "GET", "404", "10.0.0.1").matches(event))
        .isTrue();
    assertThat(new TailFilter("*.Example", null, null, "4xx", "10.0.0.9").matches(event)).isTrue();
    assertThat(new TailFilter("b.example", null, null, null, null).matches(event)).isFalse();
    assertThat(new TailFilter(null, "/y", null, null, null).matches(event)).isFalse();
    assertThat(new TailFilter(null, null, "get", null, null).matches(event)).isFalse();
    assertThat(new TailFilter(null, null, null, "5xx", null).matches(event)).isFalse();
    assertThat(new TailFilter(null, null, null, "403", null).matches(event)).isFalse();
    assertThat(new TailFilter(null, null, null, "none", null).matches(event)).isFalse();
    assertThat(new TailFilter(null, null, null, null, "10.0.0.2").matches(event)).isFalse();
  }

  @Test
  void anEventWithoutHostOrResponse() {
    var event = TailEvents.of(null, "/", "GET", 0, "10.0.0.1", null, "");
    assertThat(new TailFilter(null, null, null, "none", null).matches(event)).isTrue();
    assertThat(new TailFilter(null, null, null, "4xx", null).matches(event)).isFalse();
    assertThat(new TailFilter("*.example", null, null, null, null).matches(event)).isFalse();
    assertThat(new TailFilter(null, null, null, null, "x").matches(event)).isFalse();
  }

  @Test
  void refusesAStatusThatIsNone() {
    for (String status : new String[] {"", "4x", "0xx", "4xxx", "abc", "40\u001b"}) {
      assertThatThrownBy(() -> new TailFilter(null, null, null, status, null))
          .hasMessageMatching("cannot follow status [ -~]*: it is none; give one such as .*");
    }
  }
}
