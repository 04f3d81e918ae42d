package io.sluice.jobs.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.schemas.Flow;
import io.sluice.schemas.Heartbeat;
import io.sluice.schemas.ReplayEnd;
import io.sluice.schemas.Request;
import io.sluice.schemas.RequestEvent;
import io.sluice.schemas.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records of the request topic as a collector writes them. */
public final class Events {
  public static final String TOPIC = "http.requests.v1";

  private Events() {}

  /** A request for {@code http://HOST/PATH} by a client, answered with that status in 1 ms. */
  public static RequestEvent event(
      String id, long timeMs, String host, String target, String client, int status) {
    return RequestEvent.newBuilder()
        .setId(id)
        .setTs(Instant.ofEpochMilli(timeMs))
        .setSensor("s1")
        .setFlow(
            Flow.newBuilder()
                .setClientIp(client)
                .setClientPort(40000)
                .setServerIp("192.0.2.1")
                .setServerPort(80)
                .setVlan(null)
                .setCommunityId("1:" + id)
                .build())
        .setRequest(
            Request.newBuilder()
                .setMethod("GET")
                .setTarget(target)
                .setHost(host)
                .setUrl("http://" + host + target)
                .setVersion("1.1")
                .setHeaderBytes(100)
                .setBodyBytes(10)
                .setHeaders(List.of())
                .build())
        .setResponse(
            status == 0
                ? null
                : Response.newBuilder()
                    .setStatus(status)
                    .setReason(null)
                    .setContentType(null)
                    .setHeaderBytes(200)
                    .setBodyBytes(20)
                    .setLatencyUs(1000)
                    .setDurationUs(2000)
                    .setHeaders(List.of())
                    .build())
        .setDepth(1)
        .setFlags(List.of())
        .build();
  }

  public static ProducerRecord<byte[], byte[]> live(Integer partition, RequestEvent event) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            TOPIC,
            partition,
            event.getTs().toEpochMilli(),
            event.getFlow().getCommunityId().getBytes(UTF_8),
            bytes(RequestEvent.getEncoder(), event));
    return typed(record, "io.sluice.request.v1");
  }

  public static ProducerRecord<byte[], byte[]> replayed(
      String run, String attempt, RequestEvent event) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            TOPIC,
            null,
            event.getFlow().getCommunityId().getBytes(UTF_8),
            bytes(RequestEvent.getEncoder(), event));
    record.headers().add("sluice-run", run.getBytes(UTF_8));
    record.headers().add("sluice-attempt", attempt.getBytes(UTF_8));
    return typed(record, "io.sluice.request.v1");
  }

  public static ProducerRecord<byte[], byte[]> heartbeat(
      int partition, String sensor, long timeMs) {
    Heartbeat heartbeat =
        Heartbeat.newBuilder().setSensor(sensor).setTime(Instant.ofEpochMilli(timeMs)).build();
    return typed(
        new ProducerRecord<>(
            TOPIC,
            partition,
            timeMs,
            sensor.getBytes(UTF_8),
            bytes(Heartbeat.getEncoder(), heartbeat)),
        "io.sluice.heartbeat.v1");
  }

  public static ProducerRecord<byte[], byte[]> replayEnd(String run, String attempt, long events) {
    ReplayEnd end =
        ReplayEnd.newBuilder()
            .setRun(run)
            .setAttempt(attempt)
            .setFile("file.pcap")
            .setEvents(events)
            .build();
    return typed(
        new ProducerRecord<>(TOPIC, null, run.getBytes(UTF_8), bytes(ReplayEnd.getEncoder(), end)),
        "io.sluice.replay-end.v1");
  }

  public static ProducerRecord<byte[], byte[]> typed(
      ProducerRecord<byte[], byte[]> record, String type) {
    record.headers().add("content-type", "application/avro".getBytes(UTF_8));
    record.headers().add("ce_type", type.getBytes(UTF_8));
    record.headers().add("sluice-sensor", "s1".getBytes(UTF_8));
    return record;
  }

  private static <T> byte[] bytes(BinaryMessageEncoder<T> encoder, T value) {
    try {
      ByteBuffer buffer = encoder.encode(value);
      byte[] array = new byte[buffer.remaining()];
      buffer.get(array);
      return array;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
