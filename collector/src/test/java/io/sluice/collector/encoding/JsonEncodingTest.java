package io.sluice.collector.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class JsonEncodingTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  @Test
  void writesTheDocumentedForm() {
    final EventEncoding encoding = EncodingFormat.JSON.create(SafeRecords.OPTIONS);
    assertThat(SafeRecords.encode(encoding, SampleEvents.plain()))
        .isEqualTo(
            """
            {"id":"0123456789abcdef0123456789abcdef","ts":"2026-11-21T01:02:03.123456Z",\
            "sensor":"sensor-1",\
            "flow":{"client_ip":"128.232.110.120","client_port":34855,\
            "server_ip":"66.35.250.204","server_port":80,"vlan":null,\
            "community_id":"1:LQU9qZlK+B5F3KDmev6m5PMibrg=","real_client_ip":null},\
            "request":{"method":"GET","target":"/a/page.html?b=c","scheme":"http","host":"example.com",\
            "url":"http://example.com/a/page.html?b=c","version":"1.1",\
            "user_agent":"Mozilla/5.0 (X11)","referrer":"http://referrer.example/from?x=y",\
            "content_type":"text/plain","header_bytes":120,"body_bytes":11,"headers":[]},\
            "response":{"status":200,"reason":"OK","content_type":"text/html",\
            "header_bytes":210,"body_bytes":3000,"latency_us":1500,"duration_us":12345,"headers":[],\
            "grpc_status":null},\
            "depth":1,"flags":[]}\
            """);
    encoding.captureFile("a.pcap");
    assertThat(SafeRecords.encode(encoding, SampleEvents.bare()))
        .isEqualTo(
            """
            {"id":"ffffffffffffffffffffffffffffffff","ts":"2026-11-21T01:02:03.123456Z",\
            "sensor":"sensor-1",\
            "flow":{"client_ip":"2001:db8::1","client_port":50000,\
            "server_ip":"2001:db8::2","server_port":8080,"vlan":42,\
            "community_id":"1:LQU9qZlK+B5F3KDmev6m5PMibrg=","real_client_ip":null},\
            "request":{"method":"OPTIONS","target":"*","scheme":"http","host":null,"url":null,"version":"1.0",\
            "user_agent":null,"referrer":null,"content_type":null,"header_bytes":40,\
            "body_bytes":0,"headers":[]},"response":null,"depth":3,\
            "flags":["no_response","truncated"],"file":"a.pcap"}\
            """);
  }

  /** A library reads back what was written by hand, whatever the text. */
  @Test
  void isJsonWhateverTheText() {
    final Random random = new Random(20261125);
    final EventEncoding encoding = EncodingFormat.JSON.create(SafeRecords.OPTIONS);
    for (int round = 0; round < 2_000; round++) {
      final StringBuilder text = new StringBuilder();
      random
          .ints(random.nextInt(40), 0, 1 << 16)
          .map(unit -> (unit & 1) == 0 ? unit >> 1 : unit >> 9)
          .forEach(unit -> text.append((char) unit));
      final String clean = SafeText.clean(text.toString());
      final String record = SafeRecords.encode(encoding, SampleEvents.everywhere(text.toString()));
      final JsonNode read = JSON.readTree(record);
      assertThat(read.at("/request/target").asString()).isEqualTo(clean);
      assertThat(read.at("/response/reason").asString()).isEqualTo(clean);
      assertThat(read.at("/request/headers/0/name").asString()).isEqualTo(clean);
      assertThat(read.at("/response/headers/0/value").asString()).isEqualTo(clean);
      assertThat(record)
          .contains(
              "\"target\":\""
                  + new String(JsonStringEncoder.getInstance().quoteAsCharArray(clean))
                  + '"');
    }
  }

  @Test
  void hostileNamesOfSensorAndFileStayText() {
    final EventEncoding encoding =
        EncodingFormat.JSON.create(new EncodingOptions("s\u001b[2J\"", "0.1.0"));
    encoding.captureFile("\u009b2J.pcap\\");
    final String record = SafeRecords.encode(encoding, SampleEvents.plain());
    assertThat(record).contains("s\\\\x1b[2J\\\"").contains("\\\\xc2\\\\x9b2J.pcap\\\\\"");
    assertThat(JSON.readTree(record).get("sensor").asString()).isEqualTo("s\\x1b[2J\"");
  }

  @Test
  void timesOfAnySecond() {
    final EventEncoding encoding = EncodingFormat.JSON.create(SafeRecords.OPTIONS);
    for (final long timeNs :
        new long[] {
          0, -1, 999, 1_000, Long.MAX_VALUE, -1_000_000_000_000_000_001L, SampleEvents.TIME_NS
        }) {
      final RequestEvent plain = SampleEvents.plain();
      final String record =
          SafeRecords.encode(
              encoding,
              new RequestEvent(
                  plain.id(), timeNs, plain.flow(), plain.request(), null, 1, List.of()));
      assertThat(JSON.readTree(record).get("ts").asString()).isEqualTo(EpochTime.isoMicros(timeNs));
    }
  }
}
