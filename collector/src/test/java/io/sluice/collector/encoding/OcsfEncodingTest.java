package io.sluice.collector.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

final class OcsfEncodingTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<SchemaTable.Row> SCHEMA = SchemaTable.rows("ocsf-4002.tsv");

  static Stream<RequestEvent> events() {
    return EcsEncodingTest.events();
  }

  @ParameterizedTest
  @MethodSource("events")
  void everyRecordIsValidAgainstTheClass(final RequestEvent event) {
    final JsonNode record = encode(event);
    validate("http_activity", record);
    assertThat(record.get("type_uid").asLong())
        .isEqualTo(4002 * 100L + record.get("activity_id").asLong());
  }

  @ParameterizedTest
  @CsvSource({
    "CONNECT,1",
    "DELETE,2",
    "GET,3",
    "HEAD,4",
    "OPTIONS,5",
    "POST,6",
    "PUT,7",
    "TRACE,8",
    "PATCH,9",
    "QUERY,30",
    "get,99",
    "PROPFIND,99"
  })
  void methodsAreActivities(final String method, final int activity) {
    final JsonNode record = encode(SampleEvents.with(method, "/", 200));
    assertThat(record.get("activity_id").asInt()).isEqualTo(activity);
    assertThat(record.at("/http_request/http_method").asString()).isEqualTo(method);
    if (activity == 99) {
      assertThat(record.get("activity_name").asString()).isEqualTo(method);
    }
  }

  @ParameterizedTest
  @CsvSource({"200,1", "301,1", "399,1", "404,2", "503,2"})
  void statusCodesAreOutcomes(final int status, final int statusId) {
    final JsonNode record = encode(SampleEvents.with("GET", "/", status));
    assertThat(record.get("status_id").asInt()).isEqualTo(statusId);
    assertThat(record.get("status_code").asString()).isEqualTo(Integer.toString(status));
    assertThat(record.at("/http_response/code").asInt()).isEqualTo(status);
  }

  @Test
  void timesAreMilliseconds() {
    final JsonNode record = encode(SampleEvents.plain());
    assertThat(record.get("time").asLong()).isEqualTo(1_795_222_923_123L);
    assertThat(record.get("start_time").asLong()).isEqualTo(1_795_222_923_123L);
    assertThat(record.get("end_time").asLong()).isEqualTo(1_795_222_923_135L);
    assertThat(record.get("duration").asLong()).isEqualTo(12);
    assertThat(record.at("/http_response/latency").asLong()).isEqualTo(1);
  }

  @Test
  void trafficIsSeenFromTheSource() {
    final JsonNode traffic = encode(SampleEvents.plain()).get("traffic");
    assertThat(traffic.get("bytes_out").asLong()).isEqualTo(131);
    assertThat(traffic.get("bytes_in").asLong()).isEqualTo(3_210);
    assertThat(traffic.get("bytes").asLong()).isEqualTo(3_341);
  }

  @ParameterizedTest
  @MethodSource("events")
  void everyObservableNamesAnAttributeThatHasItsValue(final RequestEvent event) {
    final JsonNode record = encode(event);
    for (final JsonNode observable : record.get("observables")) {
      final String pointer = "/" + observable.get("name").asString().replace('.', '/');
      assertThat(record.at(pointer).asString()).isEqualTo(observable.get("value").asString());
    }
  }

  @Test
  void aRequestWithoutResponseSaysSo() {
    final JsonNode record = encode(SampleEvents.bare());
    assertThat(record.get("http_response")).isNull();
    assertThat(record.get("status_id").asInt()).isZero();
    assertThat(record.at("/metadata/is_truncated").asBoolean()).isTrue();
    assertThat(record.at("/http_request/url/url_string").asString()).isEqualTo("*");
    assertThat(record.at("/connection_info/protocol_ver_id").asInt()).isEqualTo(6);
  }

  @Test
  void aRequestThatWasCutIsOfNoKnownActivity() {
    final JsonNode record = encode(SampleEvents.cut());
    assertThat(record.get("activity_id").asInt()).isZero();
    assertThat(record.get("activity_name").asString()).isEqualTo("Unknown");
    assertThat(record.get("type_uid").asLong()).isEqualTo(400_200);
    assertThat(record.at("/http_request").has("url")).isFalse();
    assertThat(record.toString()).doesNotContain("\"\"");
  }

  @Test
  void writesWhatProxiesSayAndWhatWasAskedFor() {
    final JsonNode record = encode(SampleEvents.proxied());
    assertThat(record.at("/http_request/x_forwarded_for/0").asString()).isEqualTo("2001:db8::77");
    assertThat(record.at("/http_request/http_headers/0/value").asString()).isEqualTo("asked for");
    assertThat(record.at("/http_response/http_headers/0/value").asString()).isEqualTo("so");
    assertThat(record.at("/unmapped/grpc_status").asInt()).isEqualTo(13);
  }

  @Test
  void whatIntegersCannotHoldIsInLongs() {
    final JsonNode record = encode(SampleEvents.proxied());
    assertThat(record.at("/traffic/bytes_in").asLong()).isEqualTo((1L << 41) + 210);
    assertThat(record.at("/http_response").has("body_length")).isFalse();
    assertThat(record.at("/http_request").has("length")).isFalse();
  }

  private static JsonNode encode(final RequestEvent event) {
    return JSON.readTree(
        SafeRecords.encode(EncodingFormat.OCSF.create(SafeRecords.OPTIONS), event));
  }

  private static void validate(final String object, final JsonNode node) {
    for (final SchemaTable.Row row : SCHEMA) {
      if (!row.column(0).equals(object)) {
        continue;
      }
      if (row.column(1).equals("at_least_one")) {
        assertThat(Stream.of(row.column(2).split(",", -1)).anyMatch(node::has))
            .as("%s has one of %s", object, row.column(2))
            .isTrue();
      } else if (row.column(3).equals("required")) {
        assertThat(node.has(row.column(1))).as("%s.%s", object, row.column(1)).isTrue();
      }
    }
    for (final Map.Entry<String, JsonNode> property : node.properties()) {
      final String name = object + "." + property.getKey();
      final SchemaTable.Row row =
          SCHEMA.stream()
              .filter(r -> r.column(0).equals(object) && r.column(1).equals(property.getKey()))
              .findFirst()
              .orElseThrow(() -> new AssertionError("the schema has no " + name));
      checkType(name, row.column(2), property.getValue());
      if (!row.column(4).isEmpty()) {
        assertThat(row.column(4).split(",", -1))
            .as(name)
            .contains(Long.toString(property.getValue().asLong()));
      }
    }
  }

  private static void checkType(final String name, final String type, final JsonNode value) {
    if (type.startsWith("[]")) {
      assertThat(value.isArray()).as(name).isTrue();
      value.forEach(element -> checkType(name, type.substring(2), element));
    } else if (type.startsWith("object:")) {
      assertThat(value.isObject()).as(name).isTrue();
      validate(type.substring(7), value);
    } else {
      switch (type) {
        case "integer" -> assertThat(value.canConvertToInt()).as(name).isTrue();
        case "long", "timestamp" -> assertThat(value.isIntegralNumber()).as(name).isTrue();
        case "port" -> assertThat(value.asInt()).as(name).isBetween(0, 65_535);
        case "boolean" -> assertThat(value.isBoolean()).as(name).isTrue();
        case "ip" -> assertThat(InetAddress.ofLiteral(value.asString())).as(name).isNotNull();
        case "string" -> assertThat(value.isString()).as(name).isTrue();
        case "any" -> assertThat(value).as(name).isNotNull();
        default -> throw new AssertionError("type " + type + " of " + name);
      }
    }
  }
}
