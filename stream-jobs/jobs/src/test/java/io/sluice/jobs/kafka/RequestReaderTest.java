package io.sluice.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.jobs.records.Request;
import io.sluice.jobs.support.Requests;
import io.sluice.jobs.support.Seed;
import io.sluice.schemas.Flow;
import io.sluice.schemas.Header;
import io.sluice.schemas.RequestEvent;
import io.sluice.schemas.Response;
import io.sluice.schemas.SchemaHistory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageDecoder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is read field by field, against what Avro's own decoder reads of the same bytes. */
class RequestReaderTest {
  private static final int EVENTS = 2_000;
  private static final int BROKEN = 50_000;

  private final RequestReader reader = new RequestReader(true);
  private final BinaryMessageDecoder<RequestEvent> avro =
      RequestEvent.createDecoder(SchemaHistory.INSTANCE);

  @BeforeAll
  static void limits() {
    AvroSetup.apply();
  }

  @Test
  void readsWhatAvroReads() throws IOException {
    Random random = Seed.of("events for the reader");
    for (int i = 0; i < EVENTS; i++) {
      RequestEvent event = event(random);
      assertThat(reader.read(bytes(event))).isEqualTo(expected(event));
    }
  }

  /** Whatever the jobs take must be readable as a whole too: another job reads it again. */
  @Test
  void takesNoBrokenRecordThatAvroRefuses() throws IOException {
    Random random = Seed.of("broken records");
    int taken = 0;
    for (int i = 0; i < BROKEN; i++) {
      byte[] bytes = bytes(event(random));
      if (random.nextBoolean()) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      for (int change = random.nextInt(4); change > 0 && bytes.length > 10; change--) {
        bytes[10 + random.nextInt(bytes.length - 10)] = (byte) random.nextInt();
      }
      Request read;
      try {
        read = reader.read(bytes);
      } catch (IOException | RuntimeException e) {
        continue;
      }
      taken++;
      assertThat(read).isEqualTo(expected(avro.decode(bytes, null)));
    }
    assertThat(taken).isPositive();
  }

  @Test
  void refusesEveryBeginningOfARecord() throws IOException {
    byte[] bytes = bytes(event(new Random(1)));
    for (int length = 0; length < bytes.length; length++) {
      byte[] begin = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> reader.read(begin)).isInstanceOf(Exception.class);
    }
  }

  @Test
  void readsEveryVersionThatWasEverSent() throws IOException {
    List<Schema> versions = SchemaHistory.INSTANCE.versions("RequestEvent");
    assertThat(SchemaHistory.fingerprint(versions.get(versions.size() - 1)))
        .as("the version whose fields RequestReader reads")
        .isEqualTo(RequestReader.VERSION);
    RequestEvent event = event(new Random(2));
    event.getFlow().setRealClientIp(null);
    for (Schema version : versions) {
      Request read = reader.read(bytes(event, version));
      assertThat(read).isEqualTo(expected(event));
    }
  }

  /** As plainly as can be. */
  private static Request expected(RequestEvent event) {
    var request = event.getRequest();
    Response response = event.getResponse();
    Flow flow = event.getFlow();
    String host = request.getHost() == null ? "" : request.getHost();
    String path = Target.path(request.getTarget());
    String client = flow.getRealClientIp() == null ? flow.getClientIp() : flow.getRealClientIp();
    String referrer =
        request.getReferrer() == null ? "" : request.getReferrer().split("[?#]", 2)[0];
    return Requests.of(
        Text.clean(event.getId(), 128),
        RequestReader.timeMs(event.getTs().toEpochMilli()),
        Text.clean(event.getSensor(), 128),
        Text.clean(host.toLowerCase(java.util.Locale.ROOT), 255),
        Text.clean(request.getMethod(), 32),
        response == null ? 0 : Math.max(0, response.getStatus()),
        event.getFlags().contains("truncated"),
        Text.clean(PathTemplate.of(path), 1024),
        Text.clean(path, 256),
        Text.clean(client, 64),
        Text.clean(request.getUserAgent() == null ? "" : request.getUserAgent(), 256),
        Text.clean(referrer, 256),
        sum(request.getHeaderBytes(), request.getBodyBytes()),
        response == null ? 0 : sum(response.getHeaderBytes(), response.getBodyBytes()),
        response == null ? -1 : time(response.getLatencyUs()),
        response == null ? -1 : time(response.getDurationUs()));
  }

  private static long sum(long header, long body) {
    long sum = Math.max(0, header) + Math.max(0, body);
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private static long time(long us) {
    return Math.max(0, Math.min(us, 86_400_000_000L));
  }

  private static RequestEvent event(Random random) {
    return RequestEvent.newBuilder()
        .setId(text(random))
        .setTs(Instant.EPOCH.plus(number(random) >> 8, ChronoUnit.MICROS))
        .setSensor(text(random))
        .setFlow(
            Flow.newBuilder()
                .setClientIp(text(random))
                .setClientPort(random.nextInt())
                .setServerIp(text(random))
                .setServerPort(random.nextInt())
                .setVlan(random.nextBoolean() ? null : random.nextInt())
                .setCommunityId(text(random))
                .setRealClientIp(optional(random))
                .build())
        .setRequest(
            io.sluice.schemas.Request.newBuilder()
                .setMethod(text(random))
                .setTarget(text(random))
                .setScheme(optional(random))
                .setHost(optional(random))
                .setUrl(text(random))
                .setVersion(text(random))
                .setUserAgent(optional(random))
                .setReferrer(optional(random))
                .setContentType(optional(random))
                .setHeaderBytes(number(random))
                .setBodyBytes(number(random))
                .setHeaders(headers(random))
                .build())
        .setResponse(
            random.nextInt(5) == 0
                ? null
                : Response.newBuilder()
                    .setStatus(random.nextInt(700) - 50)
                    .setReason(optional(random))
                    .setContentType(optional(random))
                    .setHeaderBytes(number(random))
                    .setBodyBytes(number(random))
                    .setLatencyUs(number(random))
                    .setDurationUs(number(random))
                    .setHeaders(headers(random))
                    .setGrpcStatus(random.nextBoolean() ? null : random.nextInt())
                    .build())
        .setDepth(random.nextInt())
        .setFlags(flags(random))
        .build();
  }

  private static List<Header> headers(Random random) {
    List<Header> headers = new ArrayList<>();
    for (int i = random.nextInt(4) - 1; i > 0; i--) {
      headers.add(Header.newBuilder().setName(text(random)).setValue(text(random)).build());
    }
    return headers;
  }

  private static List<String> flags(Random random) {
    List<String> flags = new ArrayList<>();
    for (int i = random.nextInt(4) - 1; i > 0; i--) {
      flags.add(random.nextBoolean() ? "truncated" : text(random));
    }
    return flags;
  }

  /** Of any size, negative ones too. */
  private static long number(Random random) {
    return random.nextLong() >> random.nextInt(64);
  }

  private static String optional(Random random) {
    return random.nextInt(3) == 0 ? null : text(random);
  }

  /** Few short ones, which come again, some of any characters, some too long for any field. */
  private static String text(Random random) {
    String[] known = {"", "a", "/", "Host.Example", "/items/4527/detail?q=1", "http://h/p#f"};
    int kind = random.nextInt(8);
    if (kind < 5) {
      return known[random.nextInt(known.length)];
    }
    StringBuilder text = new StringBuilder("/");
    for (int i = random.nextInt(kind == 7 ? 1500 : 30); i > 0; i--) {
      text.appendCodePoint(
          kind == 5 ? random.nextInt(0x800) : "a9/?#-.\u00e9".codePointAt(random.nextInt(8)));
    }
    return text.toString();
  }

  private static byte[] bytes(RequestEvent event) throws IOException {
    ByteBuffer buffer = RequestEvent.getEncoder().encode(event);
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /** As a collector of that version has written it. */
  private static byte[] bytes(RequestEvent event, Schema version) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(
        ByteBuffer.allocate(10)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) 0xC3)
            .put((byte) 1)
            .putLong(SchemaHistory.fingerprint(version))
            .array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    byte[] present = bytes(event);
    GenericRecord record =
        new BinaryMessageDecoder<GenericRecord>(GenericData.get(), version, SchemaHistory.INSTANCE)
            .decode(present, null);
    new GenericDatumWriter<GenericRecord>(version).write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }
}
