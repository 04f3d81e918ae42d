package io.sluice.collector.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.encoding.EncodingFormat;
import io.sluice.collector.encoding.EncodingOptions;
import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.encoding.SampleEvents;
import io.sluice.collector.event.RequestEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over real datagram sockets. */
final class DatagramSinkTest {
  /** RFC 5424, section 6, for messages with one structured data element. */
  private static final Pattern RFC_5424 =
      Pattern.compile(
          "<(\\d{1,3})>1 (\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{1,6}Z) ([!-~]{1,255})"
              + " ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32})"
              + " (\\[[!-~&&[^= \\]\"]]{1,32}(?: [!-~&&[^= \\]\"]]{1,32}=\"[^\"\\\\\\]]*\")*\\]) (.*)",
          Pattern.DOTALL);

  @TempDir Path directory;
  private final SteppedClock clock = new SteppedClock();
  private final List<String> told = new ArrayList<>();
  private final LossReport losses = new LossReport("syslog", Duration.ofSeconds(10), told::add);
  private Path socket;
  private UnixDatagramChannel receiver;

  @BeforeEach
  void listen() throws IOException {
    socket = directory.resolve("log");
    receiver = receiver();
  }

  @AfterEach
  void hangUp() throws IOException {
    receiver.close();
  }

  @Test
  void syslogMessagesFollowTheGrammar() throws IOException {
    try (DatagramSink sink = syslog("sensor-1")) {
      sink.write(SampleEvents.plain());
      final Matcher message = RFC_5424.matcher(receive());
      assertThat(message.matches()).isTrue();
      assertThat(message.group(1)).isEqualTo("110");
      assertThat(message.group(2)).isEqualTo("2026-11-21T01:02:03.123456Z");
      assertThat(message.group(3)).isEqualTo("sensor-1");
      assertThat(message.group(4)).isEqualTo("sluice");
      assertThat(message.group(5)).isEqualTo(Long.toString(ProcessHandle.current().pid()));
      assertThat(message.group(6)).isEqualTo("http-request");
      assertThat(message.group(7)).isEqualTo("[origin software=\"sluice\" swVersion=\"0.1.0\"]");
      assertThat(message.group(8)).startsWith("128.232.110.120 - - [");
      assertThat(sink.counters().get(AuditCounter.RECORDS_WRITTEN)).isEqualTo(1);
    }
  }

  @Test
  void hostileTextStaysInTheMessage() throws IOException {
    try (DatagramSink sink = syslog("a b\n<34>1 \u001b")) {
      for (final RequestEvent event : hostileEvents()) {
        sink.write(event);
        final Matcher message = RFC_5424.matcher(receive());
        assertThat(message.matches()).isTrue();
        assertThat(message.group(3)).isEqualTo("a_b_<34>1__");
        assertThat(message.group(8)).doesNotContainPattern("[\\x00-\\x1f\\x7f]");
      }
    }
  }

  @Test
  void aFacilityOutOfRangeIsRefused() {
    assertThatThrownBy(() -> new SyslogFraming(encoding(), 24, "s", "1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot use syslog facility 24: it is out of range; use 0 to 23");
  }

  @Test
  void journalEntriesFollowTheProtocol() throws IOException {
    try (DatagramSink sink = DatagramSink.journal(socket, encoding(), "sensor-1", losses, clock)) {
      sink.write(SampleEvents.plain());
      assertThat(journalEntry(receiveBytes()))
          .containsEntry("PRIORITY", "6")
          .containsEntry("SYSLOG_IDENTIFIER", "sluice")
          .containsEntry("SLUICE_SENSOR", "sensor-1")
          .containsEntry("SLUICE_METHOD", "GET")
          .containsEntry("SLUICE_STATUS", "200")
          .containsEntry("SLUICE_URL", "http://example.com/a/page.html?b=c")
          .hasEntrySatisfying("MESSAGE", message -> assertThat(message).contains("\"GET /a/page"));
      for (final RequestEvent event : hostileEvents()) {
        sink.write(event);
        final Map<String, String> entry = journalEntry(receiveBytes());
        assertThat(entry).containsEntry("SLUICE_STATUS", "404").containsEntry("PRIORITY", "6");
        assertThat(entry.values()).allMatch(value -> !value.matches("(?s).*[\\x00-\\x1f\\x7f].*"));
      }
      sink.write(SampleEvents.bare());
      assertThat(journalEntry(receiveBytes())).doesNotContainKeys("SLUICE_STATUS", "SLUICE_HOST");
    }
  }

  @Test
  void aDaemonMayGoAndComeBack() throws IOException {
    try (DatagramSink sink = syslog("sensor-1")) {
      sink.write(SampleEvents.plain());
      receiver.close();
      sink.write(SampleEvents.plain());
      Files.delete(socket);
      sink.write(SampleEvents.plain());
      sink.onTime(clock.nowNs());
      receiver = receiver();
      sink.write(SampleEvents.plain());
      assertThat(receive()).contains("sluice");
      assertThat(sink.counters().get(AuditCounter.RECORDS_WRITTEN)).isEqualTo(2);
      assertThat(sink.counters().get(AuditCounter.DIRECTORY_MISSING)).isEqualTo(2);
      assertThat(told)
          .containsExactly(
              "cannot write syslog: no log daemon listens there; start it (1 records lost)",
              "syslog is written again; 2 records were lost");
    }
  }

  @Test
  void aDaemonThatDoesNotReadCostsCountedRecordsOnly() throws IOException {
    try (DatagramSink sink = syslog("sensor-1")) {
      for (int i = 0; i < 2_000; i++) {
        sink.write(SampleEvents.plain());
      }
      final long written = sink.counters().get(AuditCounter.RECORDS_WRITTEN);
      final long busy = sink.counters().get(AuditCounter.RECEIVER_BUSY);
      assertThat(busy).isPositive();
      assertThat(written + busy).isEqualTo(2_000);
      for (long i = 0; i < written; i++) {
        receive();
      }
      sink.write(SampleEvents.plain());
      assertThat(sink.counters().get(AuditCounter.RECORDS_WRITTEN)).isEqualTo(written + 1);
      assertThat(told.getLast())
          .isEqualTo("syslog is written again; " + busy + " records were lost");
    }
  }

  @Test
  void whatDoesNotFitInADatagramIsCounted() throws IOException {
    try (DatagramSink sink = syslog("sensor-1")) {
      sink.write(SampleEvents.everywhere("x".repeat(8_000_000)));
      assertThat(sink.counters().get(AuditCounter.TOO_LARGE)).isEqualTo(1);
      sink.write(SampleEvents.plain());
      assertThat(sink.counters().get(AuditCounter.RECORDS_WRITTEN)).isEqualTo(1);
    }
  }

  @Test
  void anEventOfTheLongestUrlsFits() throws IOException {
    try (DatagramSink sink = DatagramSink.journal(socket, encoding(), "sensor-1", losses, clock)) {
      sink.write(SampleEvents.everywhere("\u001b".repeat(8_192)));
      assertThat(journalEntry(receiveBytes())).containsKey("SLUICE_URL");
    }
  }

  private static List<RequestEvent> hostileEvents() {
    return SampleEvents.hostileTexts()
        .filter(text -> text.length() < 10_000)
        .map(SampleEvents::everywhere)
        .toList();
  }

  private static Map<String, String> journalEntry(final byte[] datagram) {
    final ByteBuffer in = ByteBuffer.wrap(datagram).order(ByteOrder.LITTLE_ENDIAN);
    final Map<String, String> fields = new LinkedHashMap<>();
    while (in.hasRemaining()) {
      final StringBuilder name = new StringBuilder();
      for (char c = (char) in.get(); c != '\n' && c != '='; c = (char) in.get()) {
        name.append(c);
      }
      assertThat(name.toString()).matches("[A-Z][A-Z0-9_]{0,63}");
      final byte[] value = new byte[Math.toIntExact(in.getLong())];
      in.get(value);
      assertThat(in.get()).isEqualTo((byte) '\n');
      assertThat(fields.put(name.toString(), new String(value, StandardCharsets.UTF_8))).isNull();
    }
    return fields;
  }

  private DatagramSink syslog(final String sensor) throws IOException {
    return DatagramSink.syslog(socket, encoding(), 13, sensor, "0.1.0", losses, clock);
  }

  private static EventEncoding encoding() {
    return EncodingFormat.COMBINED.create(new EncodingOptions("sensor-1", "0.1.0"));
  }

  private UnixDatagramChannel receiver() throws IOException {
    final UnixDatagramChannel channel = UnixDatagramChannel.open();
    channel.bind(new UnixSocketAddress(socket.toFile()));
    channel.configureBlocking(false);
    return channel;
  }

  private String receive() throws IOException {
    return new String(receiveBytes(), StandardCharsets.UTF_8);
  }

  private byte[] receiveBytes() throws IOException {
    final ByteBuffer buffer = ByteBuffer.allocate(4 << 20);
    receiver.receive(buffer);
    buffer.flip();
    final byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    assertThat(bytes).isNotEmpty();
    return bytes;
  }
}
