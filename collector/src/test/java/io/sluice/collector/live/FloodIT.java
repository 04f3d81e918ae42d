package io.sluice.collector.live;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.capture.FrameFlood;
import io.sluice.collector.capture.FrameSender;
import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.collector.testing.Packet;
import io.sluice.kernelfilter.FilterOptions;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A flood of requests of sessions that there are not: what was confirmed before stays, what is new
 * is caught as far as the ring allows, all is counted, and memory does not grow with it.
 */
class FloodIT {
  // Targets, by when and by whom they are asked for: an exchange that the ring's losses have torn
  // becomes an event when later ones come, so that the time of an event does not tell.
  static final String FIRST = "/first/";
  static final String MEANWHILE = "/meanwhile/";
  static final String FRESH = "/fresh/";
  static final String SETTLING = "/settling/";
  static final String LAST = "/last/";

  private static final int PER_SECOND = 200_000;
  private static final int SECONDS = System.getProperty("long") == null ? 5 : 30;
  private static final int CONFIRMED = 100;
  private static final int FIRST_OLD_PORT = 20_000;
  private static final int FIRST_NEW_PORT = 30_000;
  private static final int MAX_NEW = 10_000;
  private static final int MAX_SETTLING = 20;
  private static final String HEAP = "-Xmx384m";
  private static final long HEAP_MIB = 384;

  /** Beside the heap: the JVM's own, code, buffers. The ring is no anonymous memory. */
  private static final long BESIDE_HEAP_MIB = 256;

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void confirmedSessionsOutliveAFlood() throws Exception {
    try (Wire wire = Wire.make();
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE);
        FrameFlood flood = FrameFlood.open(wire.clientNamespace(), Wire.INTERFACE);
        Child capture = new Child(wire.serverNamespace())) {
      long others = 0;
      List<Session> confirmed = new ArrayList<>();
      for (int i = 0; i < CONFIRMED; i++) {
        confirmed.add(new Session(FIRST_OLD_PORT + i));
        others += confirmed.getLast().exchange(sender, FIRST);
      }
      capture.awaitSeen(others);
      JsonNode before = capture.awaitFirst(CONFIRMED);
      assertThat(before.at("/events/first").asLong()).isEqualTo(CONFIRMED);
      assertThat(kernel(before, "SESSION_CONFIRMED")).isEqualTo(CONFIRMED);

      Thread flooding =
          Thread.ofPlatform().start(() -> flood.run(PER_SECOND, SECONDS * 1_000_000_000L));
      long asked = 0;
      int begun = 0;
      while (flooding.isAlive()) {
        for (Session session : confirmed) {
          others += session.exchange(sender, MEANWHILE);
          asked++;
          if (begun < MAX_NEW) {
            others += new Session(FIRST_NEW_PORT + begun++).exchange(sender, FRESH);
          }
          Thread.sleep(5);
        }
        assertBounded(capture.status());
      }
      flooding.join();
      long sent = flood.sent() + others;
      JsonNode after = capture.awaitSeen(sent);
      assertBounded(after);
      long unseen = unseen(after);
      // The flood has pushed out no session of either kind before its second end answered: there is
      // none of those of which no frame was lost before the filter.
      assertThat(kernel(after, "SESSION_CONFIRMED"))
          .isBetween(CONFIRMED + begun - unseen, (long) CONFIRMED + begun);

      // No request's start: only a session lets it pass.
      for (Session session : confirmed) {
        sender.send(session.rest().frame());
      }
      JsonNode rest = capture.awaitSeen(sent + CONFIRMED);
      assertThat(kernel(rest, "KEPT_SESSION") - kernel(after, "KEPT_SESSION")).isEqualTo(CONFIRMED);

      // What the ring dropped has torn their streams. Each acknowledgement tells of more of it.
      sent += CONFIRMED;
      for (int round = 0; rest.at("/ledger/reassembly/buffered").asLong() > 0; round++) {
        assertThat(round).isLessThan(MAX_SETTLING);
        for (Session session : confirmed) {
          sent += session.exchange(sender, SETTLING);
        }
        rest = capture.awaitSeen(sent);
      }
      for (Session session : confirmed) {
        sent += session.exchange(sender, LAST);
      }
      capture.awaitSeen(sent);
      JsonNode end = capture.stop();
      assertClosed(end);
      assertThat(end.at("/events/last").asLong()).isEqualTo(CONFIRMED);
      // Each forged request is one frame: it has become an event, or the ring counted its loss.
      long forged = end.at("/events/forged").asLong();
      long dropped = end.at("/ledger/ring/dropped").asLong();
      assertThat(forged).isLessThanOrEqualTo(flood.sent());
      assertThat(forged + dropped + unseen).isGreaterThanOrEqualTo(flood.sent());
      long events = 0;
      for (JsonNode count : end.path("events")) {
        events += count.asLong();
      }
      assertThat(end.at("/counters/http/EVENTS").asLong()).isEqualTo(events);
      System.out.printf(
          "flood: %,d forged sessions in %d s (%,d a second), %,d frames lost before the filter;"
              + " events were made of %.1f %% of them, of %.1f %% of %,d exchanges of %d sessions"
              + " confirmed before, of %.1f %% of %,d new sessions, all of which the filter"
              + " confirmed; %,d frames (%.1f %%) dropped by the ring; sessions pushed out: %,d;"
              + " heap kept %d MiB, anonymous memory %d MiB%n",
          flood.sent(),
          SECONDS,
          flood.sent() / SECONDS,
          unseen,
          100.0 * forged / flood.sent(),
          100.0 * end.at("/events/meanwhile").asLong() / asked,
          asked,
          CONFIRMED,
          100.0 * end.at("/events/fresh").asLong() / begun,
          begun,
          dropped,
          100.0 * dropped / kernel(end, "SEEN"),
          end.at("/counters/sweep/SESSIONS_EVICTED").asLong(),
          end.at("/memory/heap_mib").asLong(),
          after.at("/memory/anonymous_mib").asLong());
    }
  }

  private static void assertBounded(JsonNode status) {
    JsonNode flow = status.at("/counters/flow");
    long flows = flow.path("OPENED").asLong();
    for (String end : List.of("CLOSED", "EXPIRED", "EVICTED")) {
      flows -= flow.path(end).asLong();
    }
    // Counters are read while they move: some flows may have been opened since.
    assertThat(flows)
        .isLessThanOrEqualTo(PipelineOptions.defaults().reassembly().maxFlows() + 1_000);
    FilterOptions maps = FilterOptions.defaults();
    // The map has no more room; but a walk through it meets what comes while it walks, too.
    assertThat(status.at("/sessions/unconfirmed").asLong())
        .isLessThanOrEqualTo(maps.unconfirmedSessions() * 11L / 10);
    assertThat(status.at("/memory/anonymous_mib").asLong()).isLessThan(HEAP_MIB + BESIDE_HEAP_MIB);
  }

  private static void assertClosed(JsonNode status) {
    for (Map.Entry<String, String> identity :
        Map.of(
                "kernel", "in_filter",
                "ring", "in_ring",
                "decode", "in_decode",
                "reassembly", "buffered")
            .entrySet()) {
      JsonNode line = status.path("ledger").path(identity.getKey());
      assertThat(line.path(identity.getValue()).asLong(-1)).as("%s", line).isZero();
    }
  }

  private static long kernel(JsonNode status, String counter) {
    return status.at("/counters/kernel/" + counter).asLong(-1);
  }

  /** Frames that found the receiving processor's queue full: a busy machine's loss. */
  private static long unseen(JsonNode status) {
    return status.at("/counters/interface/INTERFACE_DROPPED").asLong(-1);
  }

  /** A connection that goes on and on. */
  private static final class Session {
    private final int port;
    private int clientNext = 1_000;
    private int serverNext = 5_000;

    Session(int port) {
      this.port = port;
    }

    /**
     * A request in two segments, of which the second shows no request's start, and its response.
     */
    int exchange(FrameSender sender, String target) {
      String request = "GET " + target + port + " HTTP/1.1\r\nHost: real.example\r\n\r\n";
      int half = request.indexOf("Host") + 2;
      sender.send(packet(true, request.substring(0, half)).frame());
      sender.send(packet(true, request.substring(half)).frame());
      sender.send(packet(false, "HTTP/1.1 204 No Content\r\n\r\n").frame());
      return 3;
    }

    /** An empty line, which may stand before a request. */
    Packet rest() {
      return packet(true, "\r\n");
    }

    private Packet packet(boolean fromClient, String text) {
      byte[] payload = text.getBytes(ISO_8859_1);
      Packet packet =
          new Packet(
              fromClient,
              fromClient ? clientNext : serverNext,
              fromClient ? serverNext : clientNext,
              Packet.ACK,
              payload,
              0,
              port,
              0);
      if (fromClient) {
        clientNext += payload.length;
      } else {
        serverNext += payload.length;
      }
      return packet;
    }
  }

  /** {@link FloodedCapture}. */
  private static final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;

    Child(String namespace) throws IOException {
      process =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElseThrow(),
                  "-XX:+UseSerialGC",
                  HEAP,
                  "-XX:+ExitOnOutOfMemoryError",
                  "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow",
                  "-cp",
                  System.getProperty("java.class.path"),
                  FloodedCapture.class.getName(),
                  namespace)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
      in = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
      read();
    }

    JsonNode status() throws IOException {
      return ask("status");
    }

    JsonNode stop() throws IOException {
      return ask("stop");
    }

    /**
     * Waits until so many frames have come to the filter, or were lost and counted before it, and
     * the worker has read what was kept.
     */
    JsonNode awaitSeen(long frames) throws Exception {
      long deadline = System.nanoTime() + 60_000_000_000L;
      while (true) {
        JsonNode status = status();
        long come = kernel(status, "SEEN") + unseen(status);
        if (come >= frames && status.at("/ledger/ring/in_ring").asLong() == 0) {
          assertThat(come).isEqualTo(frames);
          // The first counters of that one may be older than its last.
          return status();
        }
        assertThat(System.nanoTime() - deadline)
            .as("waited for %d frames: %s", frames, status)
            .isNegative();
        Thread.sleep(20);
      }
    }

    /** A frame leaves the ring before its event is out. */
    JsonNode awaitFirst(long events) throws Exception {
      JsonNode status = status();
      for (int i = 0; i < 100 && status.at("/events/first").asLong() < events; i++) {
        Thread.sleep(20);
        status = status();
      }
      return status;
    }

    private JsonNode ask(String order) throws IOException {
      in.write(order + "\n");
      in.flush();
      return read();
    }

    private JsonNode read() throws IOException {
      String line = out.readLine();
      assertThat(line).as("the capture's answer").isNotNull();
      return JSON.readTree(line);
    }

    @Override
    public void close() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }
  }
}
