package io.sluice.collector.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.capture.CaptureFile;
import io.sluice.collector.capture.CaptureFileException;
import io.sluice.collector.capture.FrameHandler;
import io.sluice.collector.capture.FrameSender;
import io.sluice.collector.capture.LinkType;
import io.sluice.collector.capture.RingOptions;
import io.sluice.collector.control.StatusReport;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.pipeline.PacketPipeline;
import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.collector.testing.Corpus;
import io.sluice.kernelfilter.FilterModel;
import io.sluice.kernelfilter.FilterOptions;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What {@code read --as-live} says of a capture is what a live capture of the same frames says: the
 * corpus's Ethernet captures, replayed over a veth pair through the real filter and ring.
 */
class CorpusLiveIT {
  /** The largest frame that an interface of the largest MTU sends: its header comes on top. */
  private static final int MTU = 65_535;

  /** Replayed at full speed, hours pass in less than any timeout: so the file is read, too. */
  private static final int SPEED = 100_000;

  /** The standard run takes each so many-th capture, the long one all. */
  private static final int SAMPLE_STEP = 10;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Why a capture is not replayed. */
  private enum LeftOut {
    NOT_ETHERNET,
    /** What the snap length cut away can't be sent. */
    TRUNCATED,
    /** The file can't be read to its end. */
    DAMAGED,
    NO_FRAMES,
    /** A frame that no Ethernet interface sends. */
    FRAME_SIZE
  }

  private final Map<LeftOut, Integer> leftOut = new TreeMap<>();
  private final List<String> differences = new ArrayList<>();
  private int replayed;
  private int compared;

  @Test
  void liveIsWhatAsLiveSays() throws Exception {
    List<Path> all = Corpus.captures();
    int step = System.getProperty("long") == null ? SAMPLE_STEP : 1;
    List<Path> captures = new ArrayList<>();
    for (int i = 0; i < all.size(); i += step) {
      captures.add(all.get(i));
    }
    try (Wire wire = Wire.make();
        FrameSender sender = FrameSender.open(wire.clientNamespace(), Wire.INTERFACE)) {
      wire.setMtu(MTU);
      for (Path capture : captures) {
        Content content = Content.of(capture);
        if (content.leftOut != null) {
          leftOut.merge(content.leftOut, 1, Integer::sum);
          continue;
        }
        compare(wire, sender, capture, content.frames);
      }
    }
    System.out.printf(
        "%d captures replayed, %d events compared; left out: %s%n", replayed, compared, leftOut);
    assertThat(differences).isEmpty();
    assertThat(compared).isPositive();
  }

  private void compare(Wire wire, FrameSender sender, Path capture, long frames) throws Exception {
    List<RequestEvent> live = Collections.synchronizedList(new ArrayList<>());
    try (LiveCapture running = LiveCapture.open(options(wire), live::add)) {
      running.start();
      send(capture, sender);
      awaitSeen(running, frames);
      running.stop();
      JsonNode ledger = ledger(running);
      if (running.failure() != null) {
        differences.add(capture.getFileName() + ": the worker failed: " + running.failure());
      }
      expect(capture, "frames seen", frames, ledger.path("kernel").path("seen").asLong(-1));
      expect(
          capture, "frames in the filter", 0, ledger.path("kernel").path("in_filter").asLong(-1));
      expect(capture, "frames in the ring", 0, ledger.path("ring").path("in_ring").asLong(-1));
      expect(capture, "frames dropped", 0, ledger.path("ring").path("dropped").asLong(-1));
    }
    List<String> expected = comparable(readAsLive(capture));
    List<String> actual = comparable(live);
    replayed++;
    compared += expected.size();
    for (String event : without(expected, actual)) {
      differences.add(capture.getFileName() + ": only as live: " + event);
    }
    for (String event : without(actual, expected)) {
      differences.add(capture.getFileName() + ": only live: " + event);
    }
  }

  private void expect(Path capture, String what, long expected, long actual) {
    if (expected != actual) {
      differences.add(
          "%s: %s: expected %d, got %d".formatted(capture.getFileName(), what, expected, actual));
    }
  }

  /** A multiset's difference, in order. */
  private static List<String> without(List<String> events, List<String> others) {
    List<String> rest = new ArrayList<>(events);
    others.forEach(rest::remove);
    return rest;
  }

  private static List<String> comparable(List<RequestEvent> events) {
    return events.stream()
        .map(CorpusLiveIT::comparable)
        .map(RequestEvent::toString)
        .sorted()
        .toList();
  }

  /**
   * The event without what a replay can't repeat. This is the whole list: the event's time, its id
   * (which the time is part of), and the response's two durations.
   */
  private static RequestEvent comparable(RequestEvent event) {
    RequestEvent.Response response = event.response();
    return new RequestEvent(
        "",
        0,
        event.flow(),
        event.request(),
        response == null
            ? null
            : new RequestEvent.Response(
                response.status(),
                response.reason(),
                response.contentType(),
                response.headerBytes(),
                response.bodyBytes(),
                0,
                0,
                response.headers(),
                response.grpcStatus()),
        event.depth(),
        event.flags());
  }

  private static List<RequestEvent> readAsLive(Path capture) throws CaptureFileException {
    List<RequestEvent> events = new ArrayList<>();
    try (CaptureFile file = CaptureFile.open(capture.toString())) {
      PacketPipeline pipeline = new PacketPipeline(PipelineOptions.defaults(), events::add);
      AsLive asLive = new AsLive(FilterModel.ofWire(FilterOptions.defaults()), pipeline);
      long[] firstNs = {-1};
      FrameHandler frames =
          frame -> {
            firstNs[0] = firstNs[0] < 0 ? frame.timestampNs : firstNs[0];
            frame.timestampNs = firstNs[0] + (frame.timestampNs - firstNs[0]) / SPEED;
            asLive.onFrame(frame);
          };
      while (file.poll(frames, 4096) > 0) {}
      pipeline.finish();
    }
    return events;
  }

  /** As fast as that goes. Other programs' replays leave files with several sections out. */
  private static void send(Path capture, FrameSender sender) throws CaptureFileException {
    FrameHandler frames =
        frame ->
            sender.send(
                frame
                    .memory
                    .asSlice(frame.offset, frame.capturedLength)
                    .toArray(ValueLayout.JAVA_BYTE));
    try (CaptureFile file = CaptureFile.open(capture.toString())) {
      while (file.poll(frames, 4096) > 0) {}
    }
  }

  private static LiveOptions options(Wire wire) {
    return new LiveOptions(
        List.of(Wire.INTERFACE),
        wire.serverNamespace(),
        1,
        true,
        RingOptions.DEFAULT,
        FilterOptions.defaults(),
        PipelineOptions.defaults());
  }

  private static void awaitSeen(LiveCapture capture, long frames) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (ledger(capture).path("kernel").path("seen").asLong() < frames
        && System.nanoTime() - deadline < 0) {
      Thread.sleep(2);
    }
  }

  private static JsonNode ledger(LiveCapture capture) {
    StatusReport report = new StatusReport("", "", "", 0);
    capture.report(report);
    return report.toJson().path("ledger");
  }

  /**
   * @param leftOut null where the capture can be replayed
   */
  private record Content(long frames, LeftOut leftOut) {
    static Content of(Path capture) throws IOException {
      long[] frames = {0};
      LeftOut[] reason = {null};
      try (CaptureFile file = CaptureFile.open(capture.toString())) {
        FrameHandler look =
            frame -> {
              frames[0]++;
              if (frame.linkType != LinkType.ETHERNET) {
                reason[0] = LeftOut.NOT_ETHERNET;
              } else if (frame.capturedLength < frame.wireLength) {
                reason[0] = LeftOut.TRUNCATED;
              } else if (frame.capturedLength < 14 || frame.capturedLength > MTU + 14) {
                reason[0] = LeftOut.FRAME_SIZE;
              }
            };
        while (reason[0] == null && file.poll(look, 4096) > 0) {}
      } catch (CaptureFileException e) {
        return new Content(frames[0], LeftOut.DAMAGED);
      }
      return new Content(frames[0], frames[0] == 0 ? LeftOut.NO_FRAMES : reason[0]);
    }
  }
}
