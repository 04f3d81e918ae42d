package io.sluice.collector.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.capture.CaptureFile;
import io.sluice.collector.capture.CaptureFileException;
import io.sluice.collector.capture.Frame;
import io.sluice.collector.capture.FrameHandler;
import io.sluice.collector.capture.LinkType;
import io.sluice.collector.decode.PacketDecoder;
import io.sluice.collector.decode.TcpSegment;
import io.sluice.collector.event.Addresses;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.pipeline.PacketPipeline;
import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.collector.testing.Corpus;
import io.sluice.kernelfilter.FilterCounter;
import io.sluice.kernelfilter.FilterCounts;
import io.sluice.kernelfilter.FilterModel;
import io.sluice.kernelfilter.FilterOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a plain {@code read} of a file sees and {@code read --as-live} does not, or sees otherwise,
 * over the whole corpus: each such event belongs to a class that has a name and a reason, which the
 * filter's own counters give.
 */
class PlainReadIT {
  /** Of all events; the corpus is of the oddest traffic that there is. */
  private static final double MOST_DIFFERING = 0.05;

  /** Why an event differs: what the filter left out of its flow. The first that applies. */
  private enum Difference {
    TRIMMED(
        "The same but for the flag that says that a body's bytes were not there: they were trimmed.",
        FilterCounter.KEPT_TRIMMED),
    HIDDEN(
        "In a tunnel, or behind a header, that the filter does not look behind.",
        FilterCounter.FILTERED_NOT_IP,
        FilterCounter.FILTERED_NOT_TCP),
    FRAGMENTED("In IP fragments other than the first.", FilterCounter.FILTERED_FRAGMENT),
    MALFORMED(
        "In a frame whose header lengths contradict each other.", FilterCounter.FILTERED_MALFORMED),
    BEFORE_A_START(
        "Beside payload that came before any message's start, which opens no session.",
        FilterCounter.FILTERED_NO_SESSION),
    IDLE(
        "Beside payload that came after the session had been idle for too long.",
        FilterCounter.FILTERED_EXPIRED),
    WITHOUT_HANDSHAKE(
        "Handshakes and acknowledgements are not kept: who began, and what is lost, is told later"
            + " or not at all.",
        FilterCounter.FILTERED_NO_PAYLOAD);

    /** Those that leave payload out, so that an event may be missing. */
    private static final Set<Difference> LOSSES =
        EnumSet.complementOf(EnumSet.of(TRIMMED, WITHOUT_HANDSHAKE));

    private final String help;
    private final Set<FilterCounter> reasons;

    Difference(String help, FilterCounter... reasons) {
      this.help = help;
      this.reasons = EnumSet.copyOf(List.of(reasons));
    }

    /** Whether the event may look like that as live. */
    boolean allows(RequestEvent plain, RequestEvent live) {
      if (this == TRIMMED) {
        return withoutGap(plain).equals(withoutGap(live));
      }
      return plain.flow().communityId().equals(live.flow().communityId())
          && plain.request().target().equals(live.request().target());
    }
  }

  private record Ends(long high1, long low1, int port1, long high2, long low2, int port2) {
    static Ends of(TcpSegment s) {
      return new Ends(
          s.sourceHigh,
          s.sourceLow,
          s.sourcePort,
          s.destinationHigh,
          s.destinationLow,
          s.destinationPort);
    }

    String communityId() {
      return Addresses.communityId(high1, low1, port1, high2, low2, port2);
    }
  }

  /** Events that plain reading alone has, or has otherwise, by class. */
  private final Map<Difference, Integer> differing = new EnumMap<>(Difference.class);

  private final List<String> unexplained = new ArrayList<>();
  private int events;
  private long admitted;
  private long admittedInVain;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onlyNamedClassesDiffer(boolean trims) throws Exception {
    for (Path capture : Corpus.captures()) {
      Both both = new Both(trims);
      try (CaptureFile file = CaptureFile.open(capture.toString())) {
        while (file.poll(both, 4096) > 0) {}
      } catch (CaptureFileException e) {
        // What could be read of it is compared.
      }
      both.finish();
      compare(capture, both);
      admitted += both.filter.counts().get(FilterCounter.SESSION_INSERTED);
      admittedInVain += both.filter.counts().get(FilterCounter.SESSIONS_NOT_HTTP);
    }
    // What is no HTTP is known only where messages are followed.
    System.out.printf(
        "%,d sessions admitted by shape; turned out to be none of HTTP: %s%n",
        admitted, trims ? admittedInVain : "not followed");
    assertThat(admitted).isPositive();
    assertThat(admittedInVain).isBetween(trims ? 1L : 0, trims ? admitted / 10 : 0);
    System.out.printf("plain read against as live, trimming %s: %,d events%n", trims, events);
    differing.forEach((difference, count) ->
        System.out.printf("%5d %s: %s%n", count, difference, difference.help));
    assertThat(unexplained).isEmpty();
    assertThat(events).isPositive();
    int all = differing.values().stream().mapToInt(Integer::intValue).sum();
    int trimmed = differing.getOrDefault(Difference.TRIMMED, 0);
    assertThat(all - trimmed).isLessThan((int) (events * MOST_DIFFERING));
  }

  private void compare(Path capture, Both both) {
    events += both.plain.size();
    Map<String, Set<FilterCounter>> reasons = both.reasons();
    List<RequestEvent> onlyLive = without(both.live, both.plain);
    for (RequestEvent event : without(both.plain, both.live)) {
      Set<FilterCounter> found = reasons.getOrDefault(event.flow().communityId(), Set.of());
      Difference difference = difference(found, event, onlyLive);
      if (difference == null) {
        unexplained.add(capture.getFileName() + ": only plain: " + event);
      } else {
        differing.merge(difference, 1, Integer::sum);
      }
    }
    // What is different there, or new, must have a reason too; it was counted with the plain one.
    for (RequestEvent event : onlyLive) {
      if (reasons.getOrDefault(event.flow().communityId(), Set.of()).isEmpty()) {
        unexplained.add(capture.getFileName() + ": only as live: " + event);
      }
    }
  }

  private static Difference difference(
      Set<FilterCounter> found, RequestEvent event, List<RequestEvent> onlyLive) {
    for (Difference difference : Difference.values()) {
      if (difference.reasons.stream().anyMatch(found::contains)
          && onlyLive.stream().anyMatch(live -> difference.allows(event, live))) {
        return difference;
      }
    }
    // Not there at all as live: only payload that was left out can explain that.
    return Difference.LOSSES.stream()
        .filter(difference -> difference.reasons.stream().anyMatch(found::contains))
        .findFirst()
        .orElse(null);
  }

  private static RequestEvent withoutGap(RequestEvent event) {
    return new RequestEvent(
        event.id(),
        event.timestampNs(),
        event.flow(),
        event.request(),
        event.response(),
        event.depth(),
        event.flags().stream().filter(flag -> !flag.startsWith("gap")).toList());
  }

  private static List<RequestEvent> without(List<RequestEvent> events, List<RequestEvent> others) {
    Map<RequestEvent, Integer> counts = new HashMap<>();
    others.forEach(event -> counts.merge(event, 1, Integer::sum));
    List<RequestEvent> rest = new ArrayList<>();
    for (RequestEvent event : events) {
      if (counts.merge(event, -1, Integer::sum) < 0) {
        rest.add(event);
      }
    }
    return rest;
  }

  /** Reads frames in both ways at once, and remembers of which flow the filter left out what. */
  private static final class Both implements FrameHandler {
    private final List<RequestEvent> plain = new ArrayList<>();
    private final List<RequestEvent> live = new ArrayList<>();
    private final Map<Ends, Set<FilterCounter>> leftOut = new HashMap<>();
    private final FilterModel filter;
    private final PacketPipeline plainPipeline =
        new PacketPipeline(PipelineOptions.defaults(), plain::add);
    private final PacketPipeline livePipeline =
        new PacketPipeline(PipelineOptions.defaults(), live::add);
    private final FrameHandler asLive;
    private final PacketDecoder decoder = new PacketDecoder();

    Both(boolean trims) {
      filter = new FilterModel(FilterOptions.defaults().trimming(trims));
      asLive = new AsLive(filter, livePipeline);
    }

    @Override
    public void onFrame(Frame frame) {
      plainPipeline.onFrame(frame);
      TcpSegment segment = decoder.decode(frame);
      FilterCounts before = filter.counts();
      int whole = frame.capturedLength;
      // Cuts the frame, so it comes last.
      asLive.onFrame(frame);
      if (segment != null && frame.linkType == LinkType.ETHERNET) {
        FilterCounter reason = reason(filter.counts().since(before));
        if (reason == null && frame.capturedLength < whole) {
          reason = FilterCounter.KEPT_TRIMMED;
        }
        if (reason != null) {
          leftOut
              .computeIfAbsent(Ends.of(segment), key -> EnumSet.noneOf(FilterCounter.class))
              .add(reason);
        }
      }
    }

    void finish() {
      plainPipeline.finish();
      livePipeline.finish();
    }

    /** By Community ID, which is the same for both directions. */
    Map<String, Set<FilterCounter>> reasons() {
      Map<String, Set<FilterCounter>> reasons = new HashMap<>();
      leftOut.forEach((ends, counters) ->
          reasons
              .computeIfAbsent(ends.communityId(), key -> EnumSet.noneOf(FilterCounter.class))
              .addAll(counters));
      return reasons;
    }

    private static FilterCounter reason(FilterCounts counts) {
      for (FilterCounter counter : FilterCounter.values()) {
        if (counter.kind() == FilterCounter.Kind.FILTERED && counts.get(counter) > 0) {
          return counter;
        }
      }
      return null;
    }
  }
}
