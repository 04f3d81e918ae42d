package io.sluice.collector.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.event.RequestEvent;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class EventEncodingTest {
  @ParameterizedTest
  @EnumSource(EncodingFormat.class)
  void everyRecordIsOnePrintableLine(final EncodingFormat format) {
    final EventEncoding encoding = format.create(SafeRecords.OPTIONS);
    final String allowed = format == EncodingFormat.ZEEK ? "\t" : "";
    SampleEvents.hostileTexts()
        .map(SampleEvents::everywhere)
        .forEach(
            event -> SafeRecords.assertPrintable(SafeRecords.encode(encoding, event), allowed));
  }

  @Property(tries = 500)
  void anyTextGivesOnePrintableLine(@ForAll final String text) {
    final RequestEvent event = SampleEvents.everywhere(text);
    for (final EncodingFormat format : EncodingFormat.values()) {
      SafeRecords.assertPrintable(
          SafeRecords.encode(format.create(SafeRecords.OPTIONS), event),
          format == EncodingFormat.ZEEK ? "\t" : "");
    }
  }

  @ParameterizedTest
  @EnumSource(EncodingFormat.class)
  void sameEventSameBytesAndOneRecordDoesNotLeakIntoTheNext(final EncodingFormat format) {
    final EventEncoding encoding = format.create(SafeRecords.OPTIONS);
    final String first = SafeRecords.encode(encoding, SampleEvents.plain());
    SafeRecords.encode(encoding, SampleEvents.everywhere("x".repeat(100_000)));
    assertThat(SafeRecords.encode(encoding, SampleEvents.plain())).isEqualTo(first);
  }

  @ParameterizedTest
  @EnumSource(EncodingFormat.class)
  void recordsAppendToWhatTheBufferHolds(final EncodingFormat format) {
    final EventEncoding encoding = format.create(SafeRecords.OPTIONS);
    final RecordBuffer out = new RecordBuffer();
    encoding.append(SampleEvents.plain(), out);
    final int one = out.length();
    out.write('\n');
    encoding.append(SampleEvents.plain(), out);
    assertThat(out.length()).isEqualTo(2 * one + 1);
    assertThat(out.toString().lines().distinct()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(EncodingFormat.class)
  void isFoundByItsName(final EncodingFormat format) {
    assertThat(EncodingFormat.of(format.create(SafeRecords.OPTIONS).name())).isEqualTo(format);
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> EncodingFormat.of("x\u001b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "cannot use encoding 'x\\x1b': there is none of that name; use one of ecs, ocsf, zeek,"
                + " combined, cef");
  }

  @Test
  void cleanTextIsTheSameObject() {
    final String text = "clean \\x0a é 😀 text";
    assertThat(SafeText.clean(text)).isSameAs(text);
    assertThat(SafeText.clean(null)).isNull();
  }

  @Test
  void unsafeTextIsWrittenAsTheHexOfItsBytes() {
    assertThat(SafeText.clean("a\nb\u0085\u202e\u007f\ud800"))
        .isEqualTo("a\\x0ab\\xc2\\x85\\xe2\\x80\\xae\\x7f\\xed\\xa0\\x80");
  }
}
