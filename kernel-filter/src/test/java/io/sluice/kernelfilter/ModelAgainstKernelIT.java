package io.sluice.kernelfilter;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Java model and the loaded program decide the same about every frame, and count the same. */
class ModelAgainstKernelIT {
  /** The kernel runs a program over no more than a page, less its own headers. */
  private static final int LONGEST_FRAME = 3_400;

  private static final FilterOptions OPTIONS =
      FilterOptions.defaults()
          .withSessions(500_000, 500_000)
          .withIdleTimeout(Duration.ofDays(1))
          .startingOpen();

  /** What an option's name stands for. */
  private static FilterOptions named(String name) {
    FilterOptions whole = OPTIONS.trimming(false);
    Selection all = Selection.ALL;
    return switch (name) {
      case "whole" -> whole;
      case "trimmed" -> OPTIONS;
      case "tunnels" -> OPTIONS.lookingInto(Tunnels.ALL);
      case "one tunnel" ->
          whole.lookingInto(new Tunnels(Set.of(Tunnels.Kind.GRE), Tunnels.DEFAULT_VXLAN_PORT));
      case "ports" -> OPTIONS.selecting(all.withPorts(Set.of(80, 8_080, 3_128), Set.of(8_080)));
      case "excluded ports" -> whole.selecting(all.withPorts(Set.of(), Set.of(80)));
      case "prefixes" ->
          whole.selecting(
              all.withPrefixes(
                  prefixes("10.0.0.0/8", "192.168.0.0/16", "2001::/16", "::/0"),
                  prefixes("10.0.0.0/9", "192.168.1.1/32", "0.0.0.0/1")));
      case "sample" -> OPTIONS.selecting(all.sampling(0.3));
      case "requests" -> OPTIONS.keeping(FilterOptions.Direction.TO_SERVER);
      case "responses" -> whole.keeping(FilterOptions.Direction.TO_CLIENT);
      case "everything" ->
          OPTIONS
              .lookingInto(Tunnels.ALL)
              .keeping(FilterOptions.Direction.TO_SERVER)
              .selecting(
                  all.sampling(0.7)
                      .withPorts(Set.of(), Set.of(8_080))
                      .withPrefixes(prefixes("0.0.0.0/1", "::/1"), prefixes("10.0.0.0/8")));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static List<AddressPrefix> prefixes(String... texts) {
    return Arrays.stream(texts).map(AddressPrefix::parse).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "whole",
        "trimmed",
        "tunnels",
        "one tunnel",
        "ports",
        "excluded ports",
        "prefixes",
        "sample",
        "requests",
        "responses",
        "everything"
      })
  void decideTheSameOverEveryCapture(String name) throws Exception {
    FilterOptions options = named(name);
    try (HttpFilter filter = Kernel.load(options)) {
      Pair pair = new Pair(filter, new FilterModel(options));
      for (Path file : Captures.all()) {
        pair.name = file.getFileName().toString();
        pair.index = 0;
        Captures.read(
            file,
            (linkType, bytes, wireLength) -> {
              pair.index++;
              if (linkType == Captures.ETHERNET
                  && bytes.length > 0
                  && bytes.length <= LONGEST_FRAME) {
                pair.compare(bytes);
              }
            });
      }
      pair.compareCounts();
      System.out.println("compared " + name + " " + filter.counters());
    }
  }

  @Test
  void decideTheSameOverConversations() {
    FilterOptions options = OPTIONS;
    try (HttpFilter filter = Kernel.load(options)) {
      Pair pair = new Pair(filter, new FilterModel(options));
      for (int seed = 0; seed < 300; seed++) {
        var mix =
            new Conversation.Mix(
                8, 16_000, 60_000, 5, seed % 3 * 30, seed % 4 * 10, seed % 5 * 5, seed % 2 == 0);
        Conversation conversation = new Conversation(new Random(seed), mix);
        pair.name = "seed " + seed;
        pair.index = 0;
        for (Conversation.Segment segment : conversation.segments) {
          pair.index++;
          pair.compare(conversation.frame(segment));
        }
      }
      pair.compareCounts();
      assertThat(filter.counters().get(FilterCounter.KEPT_TRIMMED)).isPositive();
      System.out.println("compared " + filter.counters());
    }
  }

  private static final class Pair {
    private final HttpFilter filter;
    private final FilterModel model;
    private String name = "";
    private int index;

    private Pair(HttpFilter filter, FilterModel model) {
      this.filter = filter;
      this.model = model;
    }

    private void compare(byte[] frame) {
      int kernel = filter.testRun(frame, 1).verdict();
      int java;
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, frame);
        java = model.verdict(memory, 0, frame.length, 0);
      }
      if (kernel != java) {
        assertThat(java).as("%s, frame %d", name, index).isEqualTo(kernel);
      }
    }

    private void compareCounts() {
      FilterCounts kernel = filter.counters();
      FilterCounts java = model.counts();
      for (FilterCounter counter : FilterCounter.values()) {
        switch (counter) {
          // Which map a session is in is the kernel's affair.
          case SESSION_CONFIRMED, CONFIRMED_FULL, SESSION_REFUSED -> {}
          default ->
              assertThat(java.get(counter)).as(counter.name()).isEqualTo(kernel.get(counter));
        }
      }
      assertThat(kernel.get(FilterCounter.SEEN)).isEqualTo(kernel.kept() + kernel.filtered());
    }
  }
}
