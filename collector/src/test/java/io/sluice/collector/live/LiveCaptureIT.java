package io.sluice.collector.live;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.sluice.collector.capture.FrameSender;
import io.sluice.collector.capture.NetworkNamespace;
import io.sluice.collector.capture.RingOptions;
import io.sluice.collector.control.StatusReport;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Talk;
import io.sluice.kernelfilter.FilterOptions;
import io.sluice.kernelfilter.Tunnels;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The real filter and ring, over a veth pair between namespaces that the test makes. */
class LiveCaptureIT {
  private static final int REQUESTS = 23;
  private static final int SESSIONS = 4096;
  private static final int CONNECTIONS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<RequestEvent> events = Collections.synchronizedList(new ArrayList<>());

  @Test
  void everyRequestSentIsOneEventAndTheLedgerCloses() throws Exception {
    try (Wire wire = Wire.make();
        LiveCapture capture = open(wire, RingOptions.DEFAULT, events::add)) {
      capture.start();
      HttpServer server = serve(wire);
      try {
        for (int c = 0; c < CONNECTIONS; c++) {
          exchange(wire, c, REQUESTS / CONNECTIONS + (c < REQUESTS % CONNECTIONS ? 1 : 0));
        }
        awaitEvents(REQUESTS);
      } finally {
        server.stop(0);
        capture.stop();
      }
      assertThat(capture.failure()).isNull();
      assertThat(events).hasSize(REQUESTS);
      assertThat(events).allMatch(event -> event.response().status() == 200);
      assertThat(events).extracting(RequestEvent::id).doesNotHaveDuplicates();
      assertThat(events.getFirst().flow().clientIp()).isEqualTo(Wire.CLIENT_ADDRESS);
      JsonNode ledger = ledger(capture);
      assertClosed(ledger);
      assertThat(ledger.path("ring").path("dropped").asLong()).isZero();
      assertThat(ledger.path("kernel").path("filtered_no_payload").asLong()).isPositive();
      // Real sockets leave the checksum to a card that a veth pair does not have.
      JsonNode decode = status(capture).at("/counters/decode");
      assertThat(decode.path("CHECKSUMS_WRONG").asLong(-1)).isZero();
    }
  }

  /** The frames that the tests send have no checksums: counted, and read like others. */
  @Test
  void wrongChecksumsAreCountedAndNoReasonToLeaveAFrameOut() throws Exception {
    try (Wire wire = Wire.make();
        LiveCapture capture = open(wire, RingOptions.DEFAULT, events::add);
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
      capture.start();
      sendExchange(sender, 40_000, 0);
      awaitEvents(1);
      capture.stop();
      JsonNode decode = status(capture).at("/counters/decode");
      assertThat(decode.path("CHECKSUMS_WRONG").asLong())
          .isPositive()
          .isEqualTo(decode.path("CHECKSUMS_COMPARED").asLong())
          .isEqualTo(decode.path("SEGMENTS").asLong());
      assertThat(events.getFirst().response().status()).isEqualTo(204);
    }
  }

  /** A veth pair has no card that could take times: the kernel's are there all the same. */
  @Test
  void packetTimesAreTheKernelsWhereNoCardTakesThem() throws Exception {
    RingOptions ring = RingOptions.DEFAULT;
    RingOptions timed =
        new RingOptions(ring.blockBytes(), ring.blockCount(), ring.retireTimeoutMs(), true);
    try (Wire wire = Wire.make();
        LiveCapture capture = open(wire, timed, events::add);
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
      capture.start();
      Instant before = Instant.now();
      sendExchange(sender, 40_000, 0);
      awaitEvents(1);
      capture.stop();
      assertThat(Instant.ofEpochSecond(0, events.getFirst().timestampNs()))
          .isBetween(before, Instant.now());
      JsonNode counters = status(capture).at("/counters/capture");
      assertThat(counters.path("FRAMES_READ").asLong()).isPositive();
      assertThat(counters.path("FRAMES_TIMED_BY_CARD").asLong(-1)).isZero();
    }
  }

  /** Four segments in every order that has the first one first: one right event each. */
  @Test
  void aRequestSplitInEveryOrderIsOneEvent() throws Exception {
    List<List<Integer>> orders = ordersWithZeroFirst(4);
    try (Wire wire = Wire.make();
        LiveCapture capture = open(wire, RingOptions.DEFAULT, events::add);
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
      capture.start();
      for (int i = 0; i < orders.size(); i++) {
        Talk talk =
            Talk.open(41_000 + i, 1000, 5000)
                .segmentsOf(12)
                .client("GET /order/" + i + " HTTP/1.1\r\nHost: a.example\r\n\r\n")
                .segmentsOf(1460)
                .server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        List<Packet> packets = talk.packets();
        List<Packet> handshake = packets.subList(0, 3);
        List<Packet> request = packets.subList(3, packets.size() - 1);
        handshake.forEach(packet -> sender.send(packet.frame()));
        for (int index : orders.get(i)) {
          sender.send(request.get(index).frame());
        }
        sender.send(packets.getLast().frame());
      }
      awaitEvents(orders.size());
      capture.stop();
      assertThat(events)
          .extracting(event -> event.request().target())
          .containsExactlyInAnyOrderElementsOf(
              java.util.stream.IntStream.range(0, orders.size())
                  .mapToObj(i -> "/order/" + i)
                  .toList());
      assertThat(events).allMatch(event -> event.response().status() == 200);
      assertClosed(ledger(capture));
    }
  }

  @Test
  void aRingThatIsTooSmallCountsExactlyWhatItDrops() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch sent = new CountDownLatch(1);
    EventOutput slow =
        event -> {
          events.add(event);
          first.countDown();
          await(sent);
        };
    int requests = 2_000;
    try (Wire wire = Wire.make();
        LiveCapture capture = open(wire, new RingOptions(1 << 17, 2, 1, false), slow);
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
      capture.start();
      sendExchange(sender, 39_999, 0);
      await(first);
      for (int i = 0; i < requests; i++) {
        sendExchange(sender, 40_000 + i, 700);
      }
      sent.countDown();
      capture.stop();
      JsonNode ledger = ledger(capture);
      assertClosed(ledger);
      long dropped = ledger.path("ring").path("dropped").asLong();
      assertThat(dropped).isPositive();
      assertThat(ledger.path("ring").path("kept").asLong())
          .isEqualTo(ledger.path("ring").path("read").asLong() + dropped);
      assertThat(events.size()).isBetween(1, requests);
    }
  }

  /** Both directions of a flow come to one worker, else no response would find its request. */
  @Test
  void severalWorkersShareTheFlows() throws Exception {
    int flows = 200;
    try (Wire wire = Wire.make();
        LiveCapture capture = open(wire, 3, RingOptions.DEFAULT, events::add);
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
      capture.start();
      for (int i = 0; i < flows; i++) {
        sendExchange(sender, 40_000 + i, 0);
      }
      awaitEvents(flows);
      capture.stop();
      assertThat(capture.failure()).isNull();
      assertThat(events).hasSize(flows);
      assertThat(events).allMatch(event -> event.response().status() == 204);
      assertClosed(ledger(capture));
      assertThat(capture.busyWorkers()).isGreaterThan(1);
    }
  }

  /** The outer packets of a connection's two directions have ports that have nothing in common. */
  @Test
  void severalWorkersShareTheFlowsInTunnels() throws Exception {
    int flows = 200;
    FilterOptions filter =
        FilterOptions.defaults().withSessions(SESSIONS, SESSIONS).lookingInto(Tunnels.ALL);
    try (Wire wire = Wire.make();
        LiveCapture capture = open(wire, 3, filter, events::add);
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
      capture.start();
      int outerPort = 49_152;
      for (int i = 0; i < flows; i++) {
        Talk talk =
            Talk.open(40_000 + i, 1000, 5000)
                .client("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
                .server("HTTP/1.1 204 No Content\r\n\r\n");
        for (Packet packet : talk.packets()) {
          sender.send(inVxlan(packet.frame(), outerPort++));
        }
      }
      awaitEvents(flows);
      capture.stop();
      assertThat(capture.failure()).isNull();
      assertThat(events).hasSize(flows);
      assertThat(events).allMatch(event -> event.response().status() == 204);
      assertClosed(ledger(capture));
      assertThat(capture.busyWorkers()).isEqualTo(3);
    }
  }

  private static byte[] inVxlan(byte[] frame, int outerPort) {
    int udp = 8 + 8 + frame.length;
    ByteBuffer outer = ByteBuffer.allocate(14 + 20 + udp);
    outer.put(frame, 0, 12).putShort((short) 0x0800);
    outer.putShort((short) 0x4500).putShort((short) (20 + udp)).putInt(0);
    outer.put((byte) 64).put((byte) 17).putShort((short) 0).putInt(0xc0000201).putInt(0xc0000202);
    outer.putShort((short) outerPort).putShort((short) Tunnels.DEFAULT_VXLAN_PORT);
    outer.putShort((short) udp).putShort((short) 0).putInt(0x0800_0000).putInt(7 << 8);
    return outer.put(frame).array();
  }

  @Test
  void anInterfaceThatGoesDownAndUpIsWatchedOn() throws Exception {
    try (Wire wire = Wire.make();
        LiveCapture capture = open(wire, RingOptions.DEFAULT, events::add);
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
      capture.start();
      sendExchange(sender, 40_000, 0);
      awaitEvents(1);
      wire.setUp(wire.serverNamespace(), false);
      wire.setUp(wire.serverNamespace(), true);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      // The link needs its time to carry again: what is sent before is lost for everyone.
      for (int i = 1; events.size() < 2 && System.nanoTime() - deadline < 0; i++) {
        sendExchange(sender, 40_000 + i, 0);
        Thread.sleep(50);
      }
      capture.stop();
      assertThat(capture.failure()).isNull();
      assertThat(events.size()).isGreaterThanOrEqualTo(2);
      assertClosed(ledger(capture));
    }
  }

  /** Made again it has another index, and takes new sockets: with one worker, and with a group. */
  @Test
  void anInterfaceThatIsMadeAgainIsWatchedOn() throws Exception {
    for (int workers : new int[] {1, 2}) {
      events.clear();
      try (Wire wire = Wire.make();
          LiveCapture capture = open(wire, workers, RingOptions.DEFAULT, events::add)) {
        capture.start();
        for (int round = 0; round < 3; round++) {
          int flows = 40;
          try (FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
            for (int i = 0; i < flows; i++) {
              sendExchange(sender, 40_000 + 100 * round + i, 0);
            }
            awaitEvents(flows * (round + 1));
          }
          wire.removeLink();
          capture.watchInterfaces();
          wire.makeLink();
          capture.watchInterfaces();
        }
        capture.stop();
        assertThat(capture.failure()).isNull();
        assertThat(events).hasSize(120);
        assertThat(events).allMatch(event -> event.response().status() == 204);
        assertClosed(ledger(capture));
      }
    }
  }

  /** A tap has an interface for each direction: the workers of both agree on a flow's worker. */
  @Test
  void twoInterfacesWithOneDirectionEachGiveWholeExchanges() throws Exception {
    int flows = 200;
    try (Wire wire = Wire.make()) {
      wire.makeSecondLink();
      List<String> interfaces = List.of(Wire.INTERFACE, Wire.SECOND_INTERFACE);
      try (LiveCapture capture = open(wire, interfaces, 2, RingOptions.DEFAULT, events::add);
          FrameSender client = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE);
          FrameSender server = FrameSender.open(wire.clientNamespace(), Wire.SECOND_INTERFACE)) {
        capture.start();
        for (int i = 0; i < flows; i++) {
          Talk talk =
              Talk.open(40_000 + i, 1000, 5000)
                  .client("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
                  .server("HTTP/1.1 204 No Content\r\n\r\n");
          for (Packet packet : talk.packets()) {
            (packet.fromClient() ? client : server).send(packet.frame());
          }
        }
        awaitEvents(flows);
        capture.stop();
        assertThat(capture.failure()).isNull();
        assertThat(events).hasSize(flows);
        assertThat(events).allMatch(event -> event.response().status() == 204);
        assertClosed(ledger(capture));
        assertThat(capture.busyWorkers()).isEqualTo(2);
      }
    }
  }

  /** Real sockets over veth hand over segments of up to 64 KiB in one frame (TSO). */
  @Test
  void superFramesAreReadWhole() throws Exception {
    int length = 1_000_000;
    try (Wire wire = Wire.make();
        LiveCapture capture = open(wire, RingOptions.DEFAULT, events::add)) {
      capture.start();
      HttpServer server = serve(wire);
      server.createContext(
          "/big",
          exchange -> {
            exchange.sendResponseHeaders(200, length);
            exchange.getResponseBody().write(new byte[length]);
            exchange.close();
          });
      try (Socket socket =
          NetworkNamespace.call(
              wire.clientNamespace(), () -> new Socket(Wire.SERVER_ADDRESS, 8080))) {
        String request = "GET /big HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        assertThat(socket.getInputStream().readAllBytes().length).isGreaterThan(length);
        awaitEvents(1);
      } finally {
        server.stop(0);
        capture.stop();
      }
      assertThat(events.getFirst().response().bodyBytes()).isEqualTo(length);
      assertThat(events.getFirst().flags()).isEmpty();
      JsonNode counters = status(capture).path("counters").path("capture");
      assertThat(counters.path("FRAMES_TRUNCATED").asLong(-1)).isZero();
      assertThat(counters.path("BYTES_ON_WIRE").asLong())
          .as("more than ordinary frames hold")
          .isGreaterThan(3 * 1514 * counters.path("FRAMES_READ").asLong());
      assertClosed(ledger(capture));
    }
  }

  @Test
  void tellsWhatASweepFoundAndWhatTheInterfaceLost() throws Exception {
    int flows = 50;
    try (Wire wire = Wire.make();
        LiveCapture capture = open(wire, RingOptions.DEFAULT, events::add);
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
      capture.start();
      for (int i = 0; i < flows; i++) {
        sendExchange(sender, 40_000 + i, 0);
      }
      awaitEvents(flows);
      capture.sweep();
      capture.stop();
      JsonNode status = status(capture);
      assertThat(status.path("sessions").path("confirmed").asLong()).isEqualTo(flows);
      assertThat(status.path("sessions").path("unconfirmed").asLong(-1)).isZero();
      assertThat(status.path("sessions").path("sweep_us").asLong()).isPositive();
      JsonNode counters = status.path("counters");
      assertThat(counters.path("sweep").path("SWEEPS").asLong()).isEqualTo(1);
      assertThat(counters.path("sweep").path("SESSIONS_EVICTED").asLong(-1)).isZero();
      assertThat(counters.path("interface").path("INTERFACE_DROPPED").asLong(-1)).isNotNegative();
    }
  }

  /** More sessions than there is room for, none answered: the difference is what was evicted. */
  @Test
  void countsWhatMadeRoomForOthers() throws Exception {
    int flows = 10_000;
    try (Wire wire = Wire.make();
        LiveCapture capture = open(wire, RingOptions.DEFAULT, event -> {});
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
      capture.start();
      for (int i = 0; i < flows; i++) {
        Talk talk = Talk.open(10_000 + i, 1000, 5000).client("GET / HTTP/1.1\r\n\r\n");
        sender.send(talk.packets().getLast().frame());
      }
      capture.stop();
      capture.sweep();
      JsonNode status = status(capture);
      long there = status.path("sessions").path("unconfirmed").asLong();
      assertThat(there).isBetween(1L, (long) SESSIONS);
      assertThat(status.path("counters").path("sweep").path("SESSIONS_EVICTED").asLong())
          .isEqualTo(flows - there);
    }
  }

  private static void sendExchange(FrameSender sender, int port, int padding) {
    Talk talk =
        Talk.open(port, 1000, 5000)
            .client("GET /" + "x".repeat(padding) + " HTTP/1.1\r\nHost: a.example\r\n\r\n")
            .server("HTTP/1.1 204 No Content\r\n\r\n");
    talk.packets().forEach(packet -> sender.send(packet.frame()));
  }

  private static LiveCapture open(Wire wire, RingOptions ring, EventOutput output)
      throws IOException {
    return open(wire, 1, ring, output);
  }

  private static LiveCapture open(Wire wire, int workers, RingOptions ring, EventOutput output)
      throws IOException {
    return open(wire, List.of(Wire.INTERFACE), workers, ring, output);
  }

  private static LiveCapture open(
      Wire wire, List<String> interfaces, int workers, RingOptions ring, EventOutput output)
      throws IOException {
    FilterOptions filter =
        FilterOptions.defaults().withSessions(SESSIONS, SESSIONS).trimming(false);
    return LiveCapture.open(options(wire, interfaces, workers, ring, filter), output);
  }

  private static LiveCapture open(Wire wire, int workers, FilterOptions filter, EventOutput output)
      throws IOException {
    List<String> interfaces = List.of(Wire.INTERFACE);
    return LiveCapture.open(
        options(wire, interfaces, workers, RingOptions.DEFAULT, filter), output);
  }

  private static LiveOptions options(
      Wire wire, List<String> interfaces, int workers, RingOptions ring, FilterOptions filter) {
    return new LiveOptions(
        interfaces,
        wire.serverNamespace(),
        workers,
        true,
        ring,
        filter,
        PipelineOptions.defaults());
  }

  private static HttpServer serve(Wire wire) throws IOException {
    HttpServer server =
        NetworkNamespace.call(
            wire.serverNamespace(),
            () -> HttpServer.create(new InetSocketAddress(Wire.SERVER_ADDRESS, 8080), 10));
    server.createContext(
        "/",
        exchange -> {
          byte[] body = "hello".getBytes(ISO_8859_1);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static void exchange(Wire wire, int connection, int requests) throws IOException {
    try (Socket socket =
        NetworkNamespace.call(
            wire.clientNamespace(), () -> new Socket(Wire.SERVER_ADDRESS, 8080))) {
      InputStream in = socket.getInputStream();
      for (int i = 0; i < requests; i++) {
        String request =
            "GET /%d/%d HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(connection, i, Wire.SERVER_ADDRESS);
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        StringBuilder response = new StringBuilder();
        while (!response.toString().endsWith("\r\n\r\nhello")) {
          int value = in.read();
          assertThat(value).as("end of the response").isNotNegative();
          response.append((char) value);
        }
      }
    }
  }

  private void awaitEvents(int count) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (events.size() < count && System.nanoTime() - deadline < 0) {
      Thread.sleep(10);
    }
    assertThat(events).hasSizeGreaterThanOrEqualTo(count);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode ledger(LiveCapture capture) {
    return status(capture).path("ledger");
  }

  private static JsonNode status(LiveCapture capture) {
    StatusReport report = new StatusReport("", "", "", 0);
    capture.report(report);
    return report.toJson();
  }

  private static void assertClosed(JsonNode ledger) {
    for (Map.Entry<String, String> identity :
        Map.of(
                "kernel", "in_filter",
                "ring", "in_ring",
                "decode", "in_decode",
                "reassembly", "buffered")
            .entrySet()) {
      assertThat(ledger.path(identity.getKey()).path(identity.getValue()).asLong(-1))
          .as("%s of %s", identity.getValue(), ledger.path(identity.getKey()))
          .isZero();
    }
  }

  private static List<List<Integer>> ordersWithZeroFirst(int count) {
    List<List<Integer>> orders = new ArrayList<>();
    permute(new ArrayList<>(List.of(0)), count, orders);
    return orders;
  }

  private static void permute(List<Integer> begun, int count, List<List<Integer>> orders) {
    if (begun.size() == count) {
      orders.add(List.copyOf(begun));
      return;
    }
    for (int next = 1; next < count; next++) {
      if (!begun.contains(next)) {
        begun.add(next);
        permute(begun, count, orders);
        begun.removeLast();
      }
    }
  }
}
