package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /** So many frames in a row are shuffled: what queues of a card and links in parallel do. */
  private static final int NEAR = 4;

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
      List<HeldFrame> frames = HeldFrame.allOf(capture);
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
        for (List<HeldFrame> mutated : mutations(frames, new Random(seed))) {
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
      List<HeldFrame> frames = HeldFrame.allOf(capture);
      List<HeldFrame> twice = new ArrayList<>();
      for (HeldFrame frame : frames) {
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

  private static List<List<HeldFrame>> mutations(List<HeldFrame> frames, Random random) {
    List<HeldFrame> lost = new ArrayList<>();
    List<HeldFrame> lostInBursts = new ArrayList<>();
    List<HeldFrame> shuffled = new ArrayList<>();
    List<HeldFrame> cut = new ArrayList<>();
    int burst = 0;
    int snapLength = 60 + random.nextInt(400);
    for (HeldFrame frame : frames) {
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

  private static List<RequestEvent> run(List<HeldFrame> frames) {
    return run(frames, "as it is");
  }

  private static List<RequestEvent> run(List<HeldFrame> frames, String which) {
    try {
      return HeldFrame.events(frames);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(which + ": " + e, e);
    }
  }
}
