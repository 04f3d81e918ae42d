package io.sluice.collector.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ZeekEncodingTest {
  @Test
  void writesTheHeaderOfZeek() {
    assertThat(log(List.of()))
        .startsWith(
            """
            #separator \\x09
            #set_separator\t,
            #empty_field\t(empty)
            #unset_field\t-
            #path\thttp
            #open\t2026-11-21-01-02-03
            #fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttrans_depth\tmethod\thost\turi\treferrer\
            \tversion\tuser_agent\torigin\trequest_body_len\tresponse_body_len\tstatus_code\tstatus_msg\tinfo_code\
            \tinfo_msg\ttags\tusername\tpassword\tproxied\torig_fuids\torig_filenames\torig_mime_types\tresp_fuids\
            \tresp_filenames\tresp_mime_types\tcommunity_id\t\
            """)
        .endsWith("\n#close\t2026-11-21-01-02-03\n");
  }

  @Test
  void aReaderGetsTheValuesBack() {
    final Map<String, Object> record = read(SampleEvents.plain());
    assertThat(record.get("ts")).isEqualTo(new BigDecimal("1795222923.123456"));
    assertThat((String) record.get("uid")).matches("C[0-9A-Za-z]{17}");
    assertThat(record.get("id.orig_p")).isEqualTo(34_855);
    assertThat(record.get("trans_depth")).isEqualTo(1L);
    assertThat(record.get("method")).isEqualTo("GET");
    assertThat(record.get("uri")).isEqualTo("/a/page.html?b=c");
    assertThat(record.get("request_body_len")).isEqualTo(11L);
    assertThat(record.get("status_code")).isEqualTo(200L);
    assertThat(record.get("status_msg")).isEqualTo("OK");
    assertThat(record.get("tags")).isEqualTo(List.of());
    assertThat(record.get("proxied")).isNull();
    assertThat(record.get("latency")).isEqualTo(new BigDecimal("0.001500"));
    assertThat(record.get("flags")).isEqualTo(List.of());
  }

  @Test
  void headersAskedForFillTheirColumns() {
    final Map<String, Object> record =
        read(
            SampleEvents.asking(
                List.of(
                    new RequestEvent.Header("X-Forwarded-For", "192.0.2.7, 10.0.0.1"),
                    new RequestEvent.Header("via", "1.1 proxy"),
                    new RequestEvent.Header("Origin", "http://example.com"))));
    assertThat(record.get("origin")).isEqualTo("http://example.com");
    assertThat(record.get("proxied"))
        .isEqualTo(List.of("X-FORWARDED-FOR -> 192.0.2.7, 10.0.0.1", "VIA -> 1.1 proxy"));
    assertThat(record.get("orig_fuids")).isNull();
    assertThat(record.get("community_id")).isEqualTo(SampleEvents.COMMUNITY_ID);
  }

  @Test
  void whatIsNotKnownIsUnset() {
    final Map<String, Object> record = read(SampleEvents.bare());
    for (final String field : List.of("host", "referrer", "user_agent", "status_code", "latency")) {
      assertThat(record).as(field).containsEntry(field, null);
    }
    assertThat(record.get("response_body_len")).isEqualTo(0L);
    assertThat(record.get("vlan")).isEqualTo(42L);
    assertThat(record.get("flags")).isEqualTo(List.of("no_response", "truncated"));
  }

  @Test
  void hostileTextComesBackByteForByte() {
    SampleEvents.hostileTexts()
        .filter(text -> text.indexOf('\\') < 0 && isWellFormed(text))
        .forEach(text -> {
          final Map<String, Object> record = read(SampleEvents.everywhere(text));
          for (final String field : List.of("method", "host", "uri", "user_agent")) {
            assertThat(record.get(field)).isEqualTo(text);
          }
        });
  }

  @Test
  void everyHostileTextLeavesTheRecordReadable() {
    SampleEvents.hostileTexts()
        .forEach(text ->
            assertThat(read(SampleEvents.everywhere(text)).get("status_code")).isEqualTo(404L));
  }

  @Test
  void escapesOfTheEventAreThoseOfTheLog() {
    assertThat(log(List.of(SampleEvents.everywhere("\\x80\\\\")))).contains("\t\\x80\\\\\t");
    assertThat(log(List.of(SampleEvents.everywhere("-")))).contains("\t\\x2d\t");
    assertThat(log(List.of(SampleEvents.everywhere("(empty)")))).contains("\t\\x28empty)\t");
  }

  @Test
  void oneFlowHasOneUid() {
    assertThat(read(SampleEvents.plain()).get("uid"))
        .isEqualTo(read(SampleEvents.with("POST", "/x", 500)).get("uid"));
  }

  private static boolean isWellFormed(final String text) {
    return text.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff);
  }

  private static Map<String, Object> read(final RequestEvent event) {
    final ZeekLog log = ZeekLog.read(log(List.of(event)));
    assertThat(log.records).hasSize(1);
    return log.records.getFirst();
  }

  private static String log(final List<RequestEvent> events) {
    final EventEncoding zeek = EncodingFormat.ZEEK.create(SafeRecords.OPTIONS);
    final RecordBuffer out = new RecordBuffer();
    zeek.header(SampleEvents.TIME_NS, out);
    for (final RequestEvent event : events) {
      zeek.append(event, out);
      out.write('\n');
    }
    zeek.footer(SampleEvents.TIME_NS, out);
    return SafeRecords.decode(out.toByteArray());
  }
}
