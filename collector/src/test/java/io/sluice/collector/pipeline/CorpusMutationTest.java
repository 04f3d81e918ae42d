package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.testing.Corpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Strangers' captures as a worse sensor would have had them: with frames lost, cut, in another
 * order and twice. Whatever is missing, no request is given another's response, nothing throws and
 * every ledger closes. Two seeds in the standard run, always the same; a hundred others with {@code
 * -Dlong}; {@code -Dsluice.seed=N} begins with one that failed.
 */
final class CorpusMutationTest {
  private static final boolean LONG = System.getProperty("long") != null;
  private static final int SEEDS = LONG ? 100 : 2;
  private static final long MAX_BYTES = LONG ? 64 << 20 : 8 << 20;

  /** So many frames in a row are shuffled: what queues of a card and links in parallel do. */
  private static final int NEAR = 4;

  /** Where a capture holds each frame twice, the second copy may have the earlier time. */
  private static final long COPIES_APART_NS = 1_000_000;

  private static final long SEED = Long.getLong("sluice.seed", LONG ? System.nanoTime() : 1);

  /**
   * What a capture gave where nothing was done to it: who asked for which response. A response is
   * known by the packet time of its first byte, or, where another copy of that is read, by its
   * looks, where no other one of the connection has them. A request is known by its text and, as
   * one connection may ask for the same again and again, by its time.
   */
  private static final class Asked {
    private static final String REDACTED = "REDACTED";

    private final Map<RequestEvent.Flow, List<RequestEvent>> byFlow = new HashMap<>();

    Asked(List<RequestEvent> events) {
      for (RequestEvent e : events) {
        byFlow.computeIfAbsent(e.flow(), flow -> new ArrayList<>()).add(e);
      }
    }

    /** The event whose response it is; null where that can't be told. */
    RequestEvent whoseResponse(RequestEvent e) {
      List<RequestEvent> ofFlow =
          byFlow.getOrDefault(e.flow(), List.of()).stream()
              .filter(whole -> whole.response() != null)
              .toList();
      List<RequestEvent> same =
          ofFlow.stream().filter(whole -> responseUs(whole) == responseUs(e)).toList();
      // What a tunnel carries is looked at where its CONNECT was lost, and looks like its answer.
      boolean tunnels = ofFlow.stream().anyMatch(whole -> whole.flags().contains("upgraded"));
      if (same.isEmpty() && !tunnels) {
        same = ofFlow.stream().filter(whole -> looks(whole).equals(looks(e))).toList();
      }
      return same.size() == 1 ? same.getFirst() : null;
    }

    /** The request is the one that asked, and not one of the same text before or behind it. */
    boolean isRequestOf(RequestEvent e, RequestEvent right) {
      return isPartOf(e, right)
          && e.timestampNs() >= right.timestampNs() - COPIES_APART_NS
          && byFlow.get(e.flow()).stream()
              .filter(other -> isPartOf(e, other))
              .noneMatch(other ->
                  other.timestampNs() > right.timestampNs()
                      && other.timestampNs() <= e.timestampNs());
    }

    private static long responseUs(RequestEvent e) {
      return e.timestampNs() / 1000 + e.response().latencyUs();
    }

    private static List<Object> looks(RequestEvent e) {
      RequestEvent.Response r = e.response();
      return List.of(r.status(), r.headerBytes(), "" + r.reason(), "" + r.contentType());
    }

    /**
     * A request may have been cut, and a URL in its target with it, whose host is then redacted.
     */
    private static boolean isPartOf(RequestEvent e, RequestEvent whole) {
      String target = e.request().target();
      String known =
          target.endsWith(REDACTED)
              ? target.substring(0, target.length() - REDACTED.length())
              : target;
      return e.request().method().equals(whole.request().method())
          && whole.request().target().startsWith(known);
    }
  }

  @Test
  void shouldNeverGiveARequestAnothersResponse() throws IOException {
    int judged = 0;
    for (Path capture : Corpus.captures(MAX_BYTES)) {
      List<HeldFrame> frames = HeldFrame.allOf(capture);
      Asked asked = new Asked(run(frames, capture + " as it is"));
      for (long seed = SEED; seed < SEED + SEEDS; seed++) {
        String which = capture.getFileName() + ", -Dsluice.seed=" + seed;
        for (List<HeldFrame> mutated : mutations(frames, new Random(seed))) {
          for (RequestEvent e : run(mutated, which)) {
            RequestEvent right = e.response() == null ? null : asked.whoseResponse(e);
            if (right != null) {
              judged++;
              assertThat(asked.isRequestOf(e, right))
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
    for (Path capture : Corpus.captures(MAX_BYTES)) {
      List<HeldFrame> frames = HeldFrame.allOf(capture);
      List<HeldFrame> twice = new ArrayList<>();
      for (HeldFrame frame : frames) {
        twice.add(frame);
        twice.add(frame);
      }
      assertThat(run(twice, capture + " twice"))
          .as(capture.toString())
          .isEqualTo(run(frames, capture + " as it is"));
    }
  }

  /** So does one whose second port is behind: a frame comes again some frames later. */
  @Test
  void shouldGiveTheSameEventsWhereFramesComeAgainLater() throws IOException {
    for (Path capture : Corpus.captures(MAX_BYTES)) {
      List<HeldFrame> frames = HeldFrame.allOf(capture);
      List<RequestEvent> expected = byId(run(frames, capture + " as it is"));
      for (boolean ownTime : new boolean[] {true, false}) {
        String which = capture.getFileName() + ", -Dsluice.seed=" + SEED;
        List<HeldFrame> again = delayedCopies(frames, new Random(SEED), ownTime);
        assertThat(byId(run(again, which))).as(which).isEqualTo(expected);
      }
    }
  }

  /**
   * Copies come up to 20 frames and a tenth of a second later.
   *
   * @param ownTime a copy has the time of the first one, else that of the frame before it
   */
  private static List<HeldFrame> delayedCopies(
      List<HeldFrame> frames, Random random, boolean ownTime) {
    List<HeldFrame> all = new ArrayList<>();
    Map<Integer, List<HeldFrame>> due = new HashMap<>();
    for (int i = 0; i < frames.size(); i++) {
      HeldFrame frame = frames.get(i);
      all.add(frame);
      if (random.nextInt(3) == 0) {
        due.computeIfAbsent(i + random.nextInt(20), at -> new ArrayList<>()).add(frame);
      }
      for (HeldFrame copy : due.getOrDefault(i, List.of())) {
        if (Math.abs(frame.ns() - copy.ns()) <= 100_000_000) {
          all.add(ownTime ? copy : copy.at(frame.ns()));
        }
      }
    }
    return all;
  }

  /** Copies may change when an exchange is seen to be complete, and so the order. */
  private static List<RequestEvent> byId(List<RequestEvent> events) {
    return events.stream().sorted(Comparator.comparing(RequestEvent::id)).toList();
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

  private static List<RequestEvent> run(List<HeldFrame> frames, String which) {
    try {
      return HeldFrame.events(frames);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(which + ": " + e, e);
    }
  }
}
