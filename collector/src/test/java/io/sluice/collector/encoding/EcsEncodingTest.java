package io.sluice.collector.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

final class EcsEncodingTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, SchemaTable.Row> FIELDS =
      SchemaTable.byFirstColumn("ecs-fields.tsv");
  private static final String DATE = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z";

  static Stream<RequestEvent> events() {
    return Stream.concat(
        Stream.of(
            SampleEvents.plain(),
            SampleEvents.bare(),
            SampleEvents.cut(),
            SampleEvents.proxied(),
            SampleEvents.with("POST", "/x", 500)),
        SampleEvents.hostileTexts().map(SampleEvents::everywhere));
  }

  @ParameterizedTest
  @MethodSource("events")
  void everyFieldIsOfTheSchemaAndOfItsType(final RequestEvent event) {
    check("", encode(event));
  }

  @Test
  void allowedValuesOfCategorisationFieldsAreKept() {
    for (final RequestEvent event : events().toList()) {
      final JsonNode categorisation = encode(event).get("event");
      assertThat(categorisation.get("kind").asString()).isEqualTo("event");
      categorisation.get("category").forEach(c -> assertThat(c.asString()).isIn("network", "web"));
      // Types that the reference allows with the categories network or web.
      categorisation
          .get("type")
          .forEach(t ->
              assertThat(t.asString())
                  .isIn(
                      Set.of(
                          "access",
                          "allowed",
                          "connection",
                          "denied",
                          "end",
                          "error",
                          "info",
                          "protocol",
                          "start")));
      assertThat(categorisation.get("outcome").asString()).isIn("success", "failure", "unknown");
    }
  }

  @Test
  void writesAPlainExchange() {
    final JsonNode record = encode(SampleEvents.plain());
    assertThat(record.get("@timestamp").asString()).isEqualTo("2026-11-21T01:02:03.123456Z");
    assertThat(record.at("/ecs/version").asString()).isEqualTo("8.17.0");
    assertThat(record.at("/event/duration").asLong()).isEqualTo(12_345_000);
    assertThat(record.at("/event/end").asString()).isEqualTo("2026-11-21T01:02:03.135801Z");
    assertThat(record.at("/event/outcome").asString()).isEqualTo("success");
    assertThat(record.at("/http/request/bytes").asLong()).isEqualTo(131);
    assertThat(record.at("/http/request/body/bytes").asLong()).isEqualTo(11);
    assertThat(record.at("/http/response/status_code").asLong()).isEqualTo(200);
    assertThat(record.at("/url/original").asString()).isEqualTo("/a/page.html?b=c");
    assertThat(record.at("/url/path").asString()).isEqualTo("/a/page.html");
    assertThat(record.at("/url/query").asString()).isEqualTo("b=c");
    assertThat(record.at("/url/extension").asString()).isEqualTo("html");
    assertThat(record.at("/url/domain").asString()).isEqualTo("example.com");
    assertThat(record.at("/source/ip").asString()).isEqualTo("128.232.110.120");
    assertThat(record.at("/destination/bytes").asLong()).isEqualTo(3_210);
    assertThat(record.at("/network/bytes").asLong()).isEqualTo(3_341);
    assertThat(record.at("/network/community_id").asString()).isEqualTo(SampleEvents.COMMUNITY_ID);
  }

  @Test
  void keepsTheMethodsCaseAndLeavesOutWhatIsNotKnown() {
    assertThat(encode(SampleEvents.with("gEt", "/", 200)).at("/http/request/method").asString())
        .isEqualTo("gEt");
    final JsonNode bare = encode(SampleEvents.bare());
    assertThat(bare.at("/http/response").isMissingNode()).isTrue();
    assertThat(bare.at("/event/outcome").asString()).isEqualTo("unknown");
    assertThat(bare.at("/event/duration").isMissingNode()).isTrue();
    assertThat(bare.at("/network/vlan/id").asString()).isEqualTo("42");
    assertThat(bare.at("/network/type").asString()).isEqualTo("ipv6");
    assertThat(bare.at("/tags/1").asString()).isEqualTo("truncated");
  }

  @Test
  void writesWhatProxiesSayAndWhatWasAskedFor() {
    final JsonNode record = encode(SampleEvents.proxied());
    assertThat(record.at("/network/forwarded_ip").asString()).isEqualTo("2001:db8::77");
    assertThat(record.at("/related/ip/2").asString()).isEqualTo("2001:db8::77");
    assertThat(record.at("/url/domain").asString()).isEqualTo("[2001:db8::2]");
    assertThat(record.at("/http/version").asString()).isEqualTo("2");
    assertThat(record.at("/sluice/request/headers/0/value").asString()).isEqualTo("asked for");
    assertThat(record.at("/sluice/response/headers/0/value").asString()).isEqualTo("so");
    assertThat(record.at("/sluice/response/grpc_status").asInt()).isEqualTo(13);
    assertThat(record.at("/http/response/body/bytes").asLong()).isEqualTo(1L << 41);
  }

  @Test
  void nothingIsEmpty() {
    assertThat(encode(SampleEvents.cut()).toString()).doesNotContain("\"\"", "[]");
  }

  private static JsonNode encode(final RequestEvent event) {
    return JSON.readTree(SafeRecords.encode(EncodingFormat.ECS.create(SafeRecords.OPTIONS), event));
  }

  private static void check(final String prefix, final JsonNode object) {
    for (final Map.Entry<String, JsonNode> property : object.properties()) {
      final String name = prefix + property.getKey();
      if (property.getValue().isObject()) {
        if (!name.equals("sluice")) {
          check(name + ".", property.getValue());
        }
        continue;
      }
      final SchemaTable.Row field = FIELDS.get(name);
      assertThat(field).as("field %s in the schema", name).isNotNull();
      assertThat(property.getValue().isArray()).as(name).isEqualTo(field.column(2).equals("many"));
      if (property.getValue().isArray()) {
        property.getValue().forEach(value -> checkValue(name, field.column(1), value));
      } else {
        checkValue(name, field.column(1), property.getValue());
      }
    }
  }

  private static void checkValue(final String name, final String type, final JsonNode value) {
    switch (type) {
      case "long" -> assertThat(value.isIntegralNumber()).as(name).isTrue();
      case "date" -> assertThat(value.asString()).as(name).matches(DATE);
      case "ip" -> assertThat(InetAddress.ofLiteral(value.asString())).as(name).isNotNull();
      default -> assertThat(value.isString()).as(name).isTrue();
    }
  }
}
