package io.sluice.collector.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.event.RequestEvent;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class EventEncodingTest {
  @ParameterizedTest
  @EnumSource(EncodingFormat.class)
  void everyRecordIsOnePrintableLine(final EncodingFormat format) {
    final EventEncoding encoding = format.create(SafeRecords.OPTIONS);
    final String allowed = separator(format);
    SampleEvents.hostileTexts()
        .map(SampleEvents::everywhere)
        .forEach(
            event -> SafeRecords.assertPrintable(SafeRecords.encode(encoding, event), allowed));
  }

  @ParameterizedTest
  @EnumSource(EncodingFormat.class)
  void anyTextGivesOnePrintableLine(final EncodingFormat format) {
    final Random random = new Random(20261121);
    final EventEncoding encoding = format.create(SafeRecords.OPTIONS);
    final String allowed = separator(format);
    for (int round = 0; round < 500; round++) {
      final RequestEvent event = SampleEvents.everywhere(anyText(random));
      SafeRecords.assertPrintable(SafeRecords.encode(encoding, event), allowed);
    }
  }

  private static String separator(final EncodingFormat format) {
    return format == EncodingFormat.ZEEK || format == EncodingFormat.TSV ? "\t" : "";
  }

  /** Every code unit, lone surrogates too; half of them from where the separators are. */
  private static String anyText(final Random random) {
    return random
        .ints(random.nextInt(64), 0, 1 << 16)
        .map(unit -> (unit & 1) == 0 ? unit >> 1 : unit >> 9)
        .collect(
            StringBuilder::new, (text, unit) -> text.append((char) unit), StringBuilder::append)
        .toString();
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
            "cannot use encoding 'x\\x1b': there is none of that name; use one of json, tsv, ecs, ocsf,"
                + " zeek, combined, cef");
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
