package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.capture.CaptureFile;
import io.sluice.collector.capture.CaptureFileException;
import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.FrameHandler;
import io.sluice.collector.capture.LinkType;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.testing.Replay;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Strangers' captures as a worse sensor would have had them: with frames lost, cut, in another
 * order and twice. Whatever is missing, no request is given another's response, nothing throws and
 * every ledger closes. Two seeds in the standard run, a hundred with {@code -Dlong}; {@code
 * -Dsluice.seed=N} begins with one that failed.
 */
final class CorpusMutationTest {
  private static final boolean LONG = System.getProperty("long") != null;
  private static final int SEEDS = LONG ? 100 : 2;
  private static final long MAX_BYTES = LONG ? 64 << 20 : 8 << 20;
  private static final int MOST_FRAME_BYTES = 1 << 18;

  /** So many frames in a row are shuffled: what queues of a card and links in parallel do. */
  private static final int NEAR = 4;

  /** A frame as it was captured, by value. */
  private record Held(byte[] bytes, int wire, long ns, LinkType link, int vlanTci) {
    Held cutTo(int length) {
      byte[] start = Arrays.copyOf(bytes, Math.min(length, bytes.length));
      return new Held(start, wire, ns, link, vlanTci);
    }
  }

  /** The place of a response: its flow and the packet time of its first byte. */
  private record Place(RequestEvent.Flow flow, long us) {
    static Place of(RequestEvent e) {
      return new Place(e.flow(), e.timestampNs() / 1000 + e.response().latencyUs());
    }
  }

  @Test
  void shouldNeverGiveARequestAnothersResponse() throws IOException {
    long first = Long.getLong("sluice.seed", System.nanoTime());
    int judged = 0;
    for (Path capture : captures()) {
      List<Held> frames = framesOf(capture);
      Map<Place, RequestEvent> asked = new HashMap<>();
      Set<Place> unsure = new HashSet<>(); // two at the same microsecond
      for (RequestEvent e : run(frames)) {
        if (e.response() != null && asked.put(Place.of(e), e) != null) {
          unsure.add(Place.of(e));
        }
      }
      asked.keySet().removeAll(unsure);
      for (long seed = first; seed < first + SEEDS; seed++) {
        String which = capture.getFileName() + ", -Dsluice.seed=" + seed;
        for (List<Held> mutated : mutations(frames, new Random(seed))) {
          for (RequestEvent e : run(mutated, which)) {
            RequestEvent right = e.response() == null ? null : asked.get(Place.of(e));
            if (right != null) {
              judged++;
              assertThat(isPartOf(e, right))
                  .as("%s: the response to %s was given to %s", which, right, e)
                  .isTrue();
            }
          }
        }
      }
    }
    assertThat(judged).isGreaterThan(100);
  }

  /** A tap that sees each frame twice, as on both ports of a switch, gives the same events. */
  @Test
  void shouldGiveTheSameEventsWhereEachFrameComesTwice() throws IOException {
    for (Path capture : captures()) {
      List<Held> frames = framesOf(capture);
      List<Held> twice = new ArrayList<>();
      for (Held frame : frames) {
        twice.add(frame);
        twice.add(frame);
      }
      assertThat(run(twice)).as(capture.toString()).isEqualTo(run(frames));
    }
  }

  /** By its text: where its first copy is lost, a request has the time and id of the next one. */
  private static boolean isPartOf(RequestEvent e, RequestEvent whole) {
    return e.request().method().equals(whole.request().method())
        && whole.request().target().startsWith(e.request().target());
  }

  private static List<List<Held>> mutations(List<Held> frames, Random random) {
    List<Held> lost = new ArrayList<>();
    List<Held> lostInBursts = new ArrayList<>();
    List<Held> shuffled = new ArrayList<>();
    List<Held> cut = new ArrayList<>();
    int burst = 0;
    int snapLength = 60 + random.nextInt(400);
    for (Held frame : frames) {
      if (random.nextInt(20) != 0) {
        lost.add(frame);
      }
      burst = burst > 0 ? burst - 1 : random.nextInt(60) == 0 ? random.nextInt(8) : 0;
      if (burst == 0) {
        lostInBursts.add(frame);
      }
      shuffled.add(frame);
      cut.add(frame.cutTo(snapLength));
    }
    for (int at = random.nextInt(NEAR); at < shuffled.size(); at += NEAR) {
      Collections.shuffle(shuffled.subList(at, Math.min(at + NEAR, shuffled.size())), random);
    }
    return List.of(lost, lostInBursts, shuffled, cut);
  }

  private static List<Path> captures() throws IOException {
    List<Path> chosen = new ArrayList<>();
    for (Path capture : Corpus.captures()) {
      if (Files.size(capture) <= MAX_BYTES) {
        chosen.add(capture);
      }
    }
    return chosen;
  }

  private static List<Held> framesOf(Path capture) {
    List<Held> frames = new ArrayList<>();
    FrameHandler keep =
        frame -> {
          byte[] bytes = new byte[frame.capturedLength];
          MemorySegment.copy(
              frame.memory, ValueLayout.JAVA_BYTE, frame.offset, bytes, 0, bytes.length);
          frames.add(
              new Held(bytes, frame.wireLength, frame.timestampNs, frame.linkType, frame.vlanTci));
        };
    try (CaptureFile file = CaptureFile.open(capture)) {
      while (file.poll(keep, 1024) > 0) {
        // each frame is kept
      }
    } catch (CaptureFileException e) {
      System.err.println(e.getMessage());
    }
    return frames;
  }

  private static List<RequestEvent> run(List<Held> frames) {
    return run(frames, "as it is");
  }

  private static List<RequestEvent> run(List<Held> frames, String which) {
    List<RequestEvent> events = new ArrayList<>();
    PacketPipeline pipeline = new PacketPipeline(PipelineOptions.defaults(), events::add);
    try (Arena arena = Arena.ofConfined()) {
      Frame frame = new Frame();
      frame.memory = arena.allocate(MOST_FRAME_BYTES);
      for (Held held : frames) {
        frame.capturedLength = held.bytes().length;
        frame.offset = MOST_FRAME_BYTES - held.bytes().length; // reading behind it is found out
        MemorySegment.copy(
            held.bytes(),
            0,
            frame.memory,
            ValueLayout.JAVA_BYTE,
            frame.offset,
            held.bytes().length);
        frame.wireLength = held.wire();
        frame.timestampNs = held.ns();
        frame.linkType = held.link();
        frame.vlanTci = held.vlanTci();
        pipeline.onFrame(frame);
      }
      pipeline.finish();
      Replay.assertLedgerClosed(pipeline, events.size());
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(which + ": " + e, e);
    }
    return events;
  }
}
