package io.sluice.kernelfilter;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the rule does not copy is body, whatever a connection does; and it is most of what there is.
 */
class FilterModelTrimTest {
  private static final FilterOptions TRIMMING = FilterOptions.defaults().startingOpen();

  @ParameterizedTest(name = "split {0} %, odd {1} %, disorder {2} %, pipelined {3}")
  @CsvSource({
    "0, 0, 0, false",
    "50, 0, 0, false",
    "5, 0, 5, false",
    "5, 30, 0, false",
    "50, 30, 20, false",
    "5, 0, 0, true",
    "50, 30, 20, true"
  })
  void trimsBodiesOnly(int split, int odd, int disorder, boolean pipelined) {
    int trimmed = 0;
    for (int seed = 0; seed < 150; seed++) {
      var mix = new Conversation.Mix(12, 16_000, 60_000, 5, split, odd, disorder, pipelined);
      Conversation conversation = new Conversation(new Random(seed), mix);
      FilterModel model = new FilterModel(TRIMMING);
      try (Arena arena = Arena.ofConfined()) {
        for (Conversation.Segment segment : conversation.segments) {
          byte[] frame = conversation.frame(segment);
          MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, frame);
          int verdict = model.verdict(memory, 0, frame.length, 0);
          if (verdict == FilterModel.WHOLE || verdict == FilterModel.NOTHING) {
            continue;
          }
          int copied = verdict - (frame.length - segment.payload().length);
          assertThat(copied).isBetween(0, segment.payload().length - 1);
          assertThat(conversation.isBody(segment, copied))
              .as("seed %d, client %b, offset %d", seed, segment.fromClient(), segment.offset())
              .isTrue();
          trimmed++;
        }
      }
    }
    assertThat(trimmed).isPositive();
  }

  /** The mix: 1 % of bodies about 1 MB, else up to 16 KB; 5 % of messages split, half chunked. */
  @Test
  void copiesAtMostOneFifthOfTheUsualMix() {
    FilterModel model = new FilterModel(TRIMMING);
    for (int seed = 0; seed < 60; seed++) {
      var mix = new Conversation.Mix(20, 16_000, 1_000_000, 1, 5, 1, 0, false);
      Conversation conversation = new Conversation(new Random(1_000 + seed), mix);
      try (Arena arena = Arena.ofConfined()) {
        for (Conversation.Segment segment : conversation.segments) {
          byte[] frame = conversation.frame(segment);
          model.verdict(arena.allocateFrom(ValueLayout.JAVA_BYTE, frame), 0, frame.length, 0);
        }
      }
    }
    FilterCounts counts = model.counts();
    double share =
        (double) counts.get(FilterCounter.KEPT_COPIED_BYTES)
            / counts.get(FilterCounter.KEPT_WIRE_BYTES);
    System.out.printf(
        "copied to user space: %.1f %% of %,d bytes; %d of %d sessions whole%n",
        100 * share,
        counts.get(FilterCounter.KEPT_WIRE_BYTES),
        counts.get(FilterCounter.SESSIONS_COPIED_WHOLE),
        counts.get(FilterCounter.SESSION_INSERTED));
    assertThat(share).isLessThan(0.2);
  }
}
