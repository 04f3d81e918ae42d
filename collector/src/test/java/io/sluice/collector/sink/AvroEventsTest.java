package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import io.sluice.schemas.Flow;
import io.sluice.schemas.Header;
import io.sluice.schemas.Request;
import io.sluice.schemas.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.junit.jupiter.api.Test;

/** Held against the classes that Avro generates of the schema. */
final class AvroEventsTest {
  private static final String SENSOR = "sensor-ä";
  private static final int EVENTS = 20_000;

  private final AvroEvents ours = AvroEvents.singleObject(SENSOR);
  private final Random random = new Random(23);

  @Test
  void writesTheBytesThatTheGeneratedClassesWrite() throws IOException {
    for (RequestEvent event : List.of(Events.withTarget("/a"), Events.unanswered())) {
      assertSame(event);
    }
    for (int i = 0; i < EVENTS; i++) {
      assertSame(event());
    }
  }

  /** What a registry's client does, by hand: a zero, the number, and the record. */
  @Test
  void writesWhatClientsOfARegistryRead() throws IOException {
    RequestEvent event = Events.withTarget("/a");
    byte[] encoded = encode(TopicFormat.registryAvro(SENSOR, 0x01020304), event);
    ByteBuffer read = ByteBuffer.wrap(encoded);
    assertThat(read.get()).isZero();
    assertThat(read.getInt()).isEqualTo(0x01020304);
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(encoded, read.position(), read.remaining(), null);
    assertThat(new SpecificDatumReader<>(io.sluice.schemas.RequestEvent.class).read(null, decoder))
        .isEqualTo(generated(event));
    assertThat(decoder.isEnd()).isTrue();
  }

  private static byte[] encode(TopicFormat format, RequestEvent event) {
    return format.encode(
        event, event.id().getBytes(UTF_8), event.flow().communityId().getBytes(UTF_8));
  }

  private void assertSame(RequestEvent event) throws IOException {
    byte[] encoded = encode(ours, event);
    io.sluice.schemas.RequestEvent generated = generated(event);
    ByteBuffer expected = io.sluice.schemas.RequestEvent.getEncoder().encode(generated);
    assertThat(ByteBuffer.wrap(encoded)).as("%s", event).isEqualTo(expected);
  }

  private static io.sluice.schemas.RequestEvent generated(RequestEvent event) {
    RequestEvent.Flow flow = event.flow();
    RequestEvent.Request request = event.request();
    RequestEvent.Response response = event.response();
    return new io.sluice.schemas.RequestEvent(
        event.id(),
        Instant.ofEpochSecond(0, event.timestampNs()),
        SENSOR,
        new Flow(
            flow.clientIp(),
            flow.clientPort(),
            flow.serverIp(),
            flow.serverPort(),
            flow.vlan() < 0 ? null : flow.vlan(),
            flow.communityId(),
            flow.realClientIp()),
        new Request(
            request.method(),
            request.target(),
            request.scheme(),
            request.host(),
            request.url(),
            request.version(),
            request.userAgent(),
            request.referrer(),
            request.contentType(),
            request.headerBytes(),
            request.bodyBytes(),
            headers(request.headers())),
        response == null
            ? null
            : new Response(
                response.status(),
                response.reason(),
                response.contentType(),
                response.headerBytes(),
                response.bodyBytes(),
                response.latencyUs(),
                response.durationUs(),
                headers(response.headers()),
                response.grpcStatus() < 0 ? null : response.grpcStatus()),
        event.depth(),
        event.flags());
  }

  private static List<Header> headers(List<RequestEvent.Header> headers) {
    return headers.stream().map(header -> new Header(header.name(), header.value())).toList();
  }

  private RequestEvent event() {
    return new RequestEvent(
        text(),
        number(),
        new RequestEvent.Flow(
            text(),
            (int) number(),
            text(),
            (int) number(),
            random.nextInt(-1, 3),
            text(),
            textOrNull()),
        new RequestEvent.Request(
            text(),
            text(),
            textOrNull(),
            textOrNull(),
            text(),
            text(),
            textOrNull(),
            textOrNull(),
            textOrNull(),
            number(),
            number(),
            headers()),
        random.nextInt(4) == 0
            ? null
            : new RequestEvent.Response(
                (int) number(),
                textOrNull(),
                textOrNull(),
                number(),
                number(),
                number(),
                number(),
                headers(),
                random.nextInt(-1, 20)),
        (int) number(),
        Stream.generate(this::text).limit(random.nextInt(3)).toList());
  }

  private List<RequestEvent.Header> headers() {
    return Stream.generate(() -> new RequestEvent.Header(text(), text()))
        .limit(random.nextInt(4) == 0 ? random.nextInt(200) : 0)
        .toList();
  }

  /** Of every length in bits, and of either sign. */
  private long number() {
    return random.nextLong() >> random.nextInt(64);
  }

  private String textOrNull() {
    return random.nextBoolean() ? null : text();
  }

  /** Also what is no ASCII, half a character, empty, and long. */
  private String text() {
    int length = random.nextInt(20) == 0 ? random.nextInt(9_000) : random.nextInt(20);
    int bound = random.nextBoolean() ? 0x80 : 0x10000;
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append((char) random.nextInt(bound));
    }
    return text.toString();
  }
}
