package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.Main;
import io.sluice.collector.audit.DatagramSink;
import io.sluice.collector.audit.FileSinkOptions;
import io.sluice.collector.audit.LossReport;
import io.sluice.collector.audit.RotatingFileSink;
import io.sluice.collector.control.ControlClient;
import io.sluice.collector.control.ControlLedger;
import io.sluice.collector.control.ControlRequests;
import io.sluice.collector.control.ControlServer;
import io.sluice.collector.control.EventLine;
import io.sluice.collector.control.EventTail;
import io.sluice.collector.control.TailFilter;
import io.sluice.collector.encoding.EncodingFormat;
import io.sluice.collector.encoding.EncodingOptions;
import io.sluice.collector.encoding.RedactionOptions;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.collector.protocol.http.HeaderNames;
import io.sluice.collector.testing.CaptureBytes;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Replay;
import io.sluice.collector.testing.Talk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Follows marked secrets from packets to every place that events, logs and errors go to. */
final class PrivacyTest {
  private static final String MARK = "s3cr3t";
  private static final String PUBLIC = "publ1c";
  private static final List<String> TARGETS =
      List.of(
          "/login?user=publ1c&password=s3cr3t",
          "/publ1c?PASSWORD=s3cr3t&p%61sswd=s3cr3t",
          "/publ1c?sig=s3cr3t&Signature=s3cr3t&AWSAccessKeyId=s3cr3t&X-Goog-Signature=s3cr3t",
          "/publ1c;jsessionid=s3cr3t?to=http://me:s3cr3t@example.com/",
          "http://me:s3cr3t@example.com/publ1c#access_token=s3cr3t",
          "/api?publ1c&own=s3cr3t",
          // Cut by the limit of URLs, inside of the secret.
          "/publ1c?" + "x".repeat(8192 - 20) + "&token=s3cr3ts3cr3t" + "s3cr3t".repeat(10));
  private static final List<String> HEADERS =
      List.of(
          "Authorization: Basic s3cr3t",
          "Proxy-Authorization: Bearer s3cr3t",
          "Cookie: id=s3cr3t",
          "X-Api-Key: s3cr3t",
          "X-Auth-Token: s3cr3t",
          "Referer: http://me:s3cr3t@example.com/publ1c?token=s3cr3t",
          "X-Original-URL: /publ1c?token=s3cr3t",
          "X-Own: see <http://me:s3cr3t@example.com/?token=s3cr3t>, publ1c");
  private static final String NAMED = "*,authorization,proxy-authorization,cookie,set-cookie";

  @TempDir Path directory;

  @Test
  void noSecretReachesKafka() throws IOException {
    List<ProducerRecord<byte[], byte[]>> sent;
    try (SteppedSink stepped = SteppedSink.live(1 << 10)) {
      events(rules()).forEach(stepped.sink::onEvent);
      stepped.publishAndAcknowledge();
      sent = stepped.producer().history();
    }
    assertThat(sent).hasSize(TARGETS.size());
    sent.forEach(record -> assertClean(new String(record.value(), ISO_8859_1), "Kafka"));
  }

  @ParameterizedTest
  @EnumSource(EncodingFormat.class)
  void noSecretReachesKafkaAsText(EncodingFormat format) throws IOException {
    List<ProducerRecord<byte[], byte[]>> sent;
    try (SteppedSink stepped =
        SteppedSink.live(1 << 10, format.create(new EncodingOptions("here", "1.0")))) {
      events(rules()).forEach(stepped.sink::onEvent);
      stepped.publishAndAcknowledge();
      sent = stepped.producer().history();
    }
    assertThat(sent).hasSize(TARGETS.size());
    sent.forEach(record -> assertClean(new String(record.value(), ISO_8859_1), "Kafka"));
  }

  @Test
  void noSecretReachesTheDeadLetters() throws IOException {
    List<ProducerRecord<byte[], byte[]>> sent;
    try (SteppedSink stepped = SteppedSink.live(1 << 10)) {
      stepped.sink.onEvent(Events.withTarget("/publ1c"));
      stepped.publishAndAcknowledge();
      events(rules()).forEach(stepped.sink::onEvent);
      stepped.publish();
      while (stepped.producer().errorNext(new RecordTooLargeException("too large"))) {}
      stepped.publishAndAcknowledge();
      sent =
          stepped.producer().history().stream()
              .filter(record -> record.topic().endsWith(".dlq"))
              .toList();
    }
    assertThat(sent).hasSize(TARGETS.size());
    for (ProducerRecord<byte[], byte[]> letter : sent) {
      assertClean(new String(letter.value(), ISO_8859_1), "a dead letter");
      letter
          .headers()
          .forEach(header ->
              assertThat(new String(header.value(), ISO_8859_1))
                  .as(header.key())
                  .doesNotContain(MARK));
    }
  }

  @Test
  void noSecretReachesTheSpool() throws IOException {
    Path folder = directory.resolve("spool");
    try (SteppedSink stepped = SteppedSink.spooling(folder)) {
      events(rules()).forEach(stepped.sink::onEvent);
      stepped.publish();
      stepped.producer().errorNext(new TimeoutException("away"));
      stepped.publish();
    }
    StringBuilder spooled = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        spooled.append(Files.readString(file, ISO_8859_1));
      }
    }
    assertClean(spooled.toString(), "spool");
  }

  /** The control socket's tail, as programs and as people read it. */
  @Test
  void noSecretIsTailed() throws Exception {
    Path socket = directory.resolve("c.sock");
    EventTail tail = new EventTail();
    List<RequestEvent> events = events(rules());
    try (ControlServer server =
        ControlServer.open(socket, new NoRequests(), tail, "here", new ControlLedger())) {
      server.start();
      Thread emitter =
          Thread.ofPlatform()
              .start(() -> {
                while (!Thread.interrupted()) {
                  events.forEach(tail::onEvent);
                  LockSupport.parkNanos(1_000_000);
                }
              });
      List<JsonNode> lines = new ArrayList<>();
      ControlClient.tail(
          socket,
          TailFilter.ALL,
          line -> {
            if (line.has("event")) {
              lines.add(line);
            }
            return lines.size() < TARGETS.size();
          });
      emitter.interrupt();
      emitter.join();
      for (JsonNode line : lines) {
        assertClean(line.toString(), "control socket");
        assertThat(EventLine.of(line.path("event"))).doesNotContain(MARK);
      }
    }
  }

  /** Lost bytes leave the names of secrets behind: what is left of those is not told either. */
  @ParameterizedTest
  @ValueSource(ints = {11, 17, 41, 97})
  void noSecretIsToldAfterALoss(int segmentBytes) {
    HeaderNames all = HeaderNames.of(List.of(NAMED.split(",")));
    PipelineOptions options =
        PipelineOptions.defaults().withHeaders(all, all).withRedaction(rules());
    List<Packet> whole = packets(segmentBytes, TARGETS.subList(0, TARGETS.size() - 1));
    for (int lost = 0; lost < whole.size(); lost++) {
      List<Packet> rest = new ArrayList<>(whole);
      rest.remove(lost);
      assertThat(new Replay(options).feed(rest).finish().toString())
          .as("without packet %d", lost)
          .doesNotContain(MARK);
      assertThat(new Replay(options).feed(whole.subList(lost, whole.size())).finish().toString())
          .as("from packet %d on", lost)
          .doesNotContain(MARK);
      assertThat(new Replay(options).feed(whole.subList(0, lost)).finish().toString())
          .as("up to packet %d", lost)
          .doesNotContain(MARK);
    }
  }

  @ParameterizedTest
  @EnumSource(EncodingFormat.class)
  void noSecretReachesAuditFilesAndLogDaemons(EncodingFormat format) throws IOException {
    List<String> told = new ArrayList<>();
    Path folder = directory.resolve("audit");
    try (RotatingFileSink sink =
        new RotatingFileSink(
            FileSinkOptions.defaults(folder, format.fileExtension()),
            format.create(new EncodingOptions("sensor", "1")),
            new LossReport("audit", Duration.ofSeconds(10), told::add),
            Clock.systemUTC())) {
      events(rules()).forEach(sink::write);
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> written = files.filter(file -> file.toString().contains(".")).toList();
      assertThat(written).isNotEmpty();
      for (Path file : written) {
        assertThat(Files.readString(file, ISO_8859_1)).doesNotContain(MARK);
      }
    }
    Path socket = directory.resolve("log");
    try (UnixDatagramChannel receiver = UnixDatagramChannel.open();
        DatagramSink syslog =
            DatagramSink.syslog(
                socket,
                format.create(new EncodingOptions("sensor", "1")),
                13,
                "sensor",
                "1",
                new LossReport("syslog", Duration.ofSeconds(10), told::add),
                Clock.systemUTC());
        DatagramSink journal =
            DatagramSink.journal(
                socket,
                format.create(new EncodingOptions("sensor", "1")),
                "sensor",
                new LossReport("journal", Duration.ofSeconds(10), told::add),
                Clock.systemUTC())) {
      receiver.bind(new UnixSocketAddress(socket.toFile()));
      ByteBuffer datagram = ByteBuffer.allocate(1 << 18);
      for (RequestEvent event : events(rules())) {
        for (DatagramSink sink : List.of(syslog, journal)) {
          sink.write(event);
          receiver.receive(datagram.clear());
          assertClean(new String(datagram.array(), 0, datagram.position(), ISO_8859_1), "daemon");
        }
      }
    }
    assertThat(told).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(EncodingFormat.class)
  void noSecretIsPrintedByRead(EncodingFormat format) throws Exception {
    Path capture = directory.resolve("a.pcap");
    byte[] whole = CaptureBytes.pcap(packets());
    // Damaged at its end, so that an error is told too.
    Files.write(capture, java.util.Arrays.copyOf(whole, whole.length - 1));
    List<String> arguments = new ArrayList<>(List.of("read", "--format", format.configName()));
    arguments.addAll(List.of("--headers", NAMED, "--redact-parameters", "own"));
    arguments.add(capture.toString());
    String printed = run(arguments);
    assertThat(printed).contains("cannot read").contains("REDACTED");
    assertClean(printed, format.configName());
  }

  @Test
  void secretsAreThereWhereTheyAreAskedFor() throws Exception {
    Path capture = Files.write(directory.resolve("a.pcap"), CaptureBytes.pcap(packets()));
    String printed =
        run(
            List.of(
                "read",
                "--headers",
                NAMED,
                "--keep-url-credentials",
                "--keep-header-credentials",
                capture.toString()));
    assertThat(printed)
        .doesNotContain("REDACTED")
        .contains("password=s3cr3t", "me:s3cr3t@", "Basic s3cr3t", "id=s3cr3t");
    String headersOnly =
        run(List.of("read", "--headers", NAMED, "--keep-header-credentials", capture.toString()));
    assertThat(headersOnly).contains("Basic s3cr3t").doesNotContain("me:s3cr3t", "token=s3cr3t");
  }

  @Test
  void clientsAndQueriesAreHiddenWhereAsked() throws Exception {
    Path capture = Files.write(directory.resolve("a.pcap"), CaptureBytes.pcap(packets()));
    Path key = Files.writeString(directory.resolve("key"), "00112233445566778899aabbccddeeff\n");
    String keyed = run(List.of("read", "--client-key", key.toString(), capture.toString()));
    assertThat(keyed).doesNotContain("10.0.0.1").containsPattern("\"client_ip\":\"fd[0-9a-f:]+\"");
    String cut = run(List.of("read", "--truncate-clients", "--drop-query", capture.toString()));
    assertThat(cut).contains("\"client_ip\":\"10.0.0.0\"").doesNotContain("?", MARK);
  }

  @Test
  void aKeyThatIsNoneIsNotTold() throws Exception {
    Path capture = Files.write(directory.resolve("a.pcap"), CaptureBytes.pcap(packets()));
    Path key = Files.writeString(directory.resolve("key"), "s3cr3t but no digits");
    String printed = run(List.of("read", "--client-key", key.toString(), capture.toString()));
    assertThat(printed)
        .startsWith("cannot read the key " + key + ": it is not a key of")
        .contains("; make one with openssl rand -hex 32")
        .doesNotContain(MARK);
    assertThat(printed.lines()).hasSize(1);
  }

  private static void assertClean(String text, String place) {
    assertThat(text).as(place).doesNotContain(MARK);
    assertThat(text).as(place).contains(PUBLIC);
  }

  private static RedactionOptions rules() {
    RedactionOptions defaults = RedactionOptions.defaults();
    var names = new java.util.HashSet<>(defaults.parameters());
    names.add("own");
    return defaults.withParameters(names);
  }

  private static List<RequestEvent> events(RedactionOptions rules) {
    HeaderNames all = HeaderNames.of(List.of(NAMED.split(",")));
    PipelineOptions options = PipelineOptions.defaults().withHeaders(all, all).withRedaction(rules);
    return new Replay(options).feed(packets()).finish();
  }

  private static List<Packet> packets() {
    return packets(1460, TARGETS);
  }

  private static List<Packet> packets(int segmentBytes, List<String> targets) {
    Talk talk = Talk.open().segmentsOf(segmentBytes);
    for (String target : targets) {
      talk.client(
          "GET "
              + target
              + " HTTP/1.1\r\nHost: s3cr3t:s3cr3t@example.com\r\n"
              + String.join("\r\n", HEADERS)
              + "\r\n\r\n");
      talk.server(
          "HTTP/1.1 302 Found\r\nSet-Cookie: id=s3cr3t\r\n"
              + "Location: http://me:s3cr3t@example.com/publ1c?token=s3cr3t\r\n"
              + "Content-Length: 0\r\n\r\n");
    }
    return talk.clientEnds().serverEnds().packets();
  }

  /** All that a process of its own prints, to people and to programs. */
  private static String run(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String printed = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return printed;
  }

  /** A collector that is asked for nothing but its events. */
  private static final class NoRequests implements ControlRequests {
    @Override
    public ObjectNode status() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ArrayNode sessions(int limit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<String> reload() {
      throw new UnsupportedOperationException();
    }
  }
}
