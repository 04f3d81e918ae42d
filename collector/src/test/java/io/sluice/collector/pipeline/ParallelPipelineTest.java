package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.capture.CaptureFile;
import io.sluice.collector.capture.CaptureFileException;
import io.sluice.collector.counters.Counter;
import io.sluice.collector.counters.Counters;
import io.sluice.collector.encoding.EncodingFormat;
import io.sluice.collector.encoding.EncodingOptions;
import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.encoding.EventField;
import io.sluice.collector.encoding.RecordBuffer;
import io.sluice.collector.testing.CaptureBytes;
import io.sluice.collector.testing.Corpus;
import io.sluice.collector.testing.Packet;
import io.sluice.collector.testing.Talk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Several threads must give what one pipeline gives: the same records, order and counts. */
final class ParallelPipelineTest {
  private static final int FRAMES_PER_POLL = 100;

  @Test
  void shouldGiveTheEventsOfOnePipelineOverRandomTraffic() throws IOException {
    for (int seed = 0; seed < 30; seed++) {
      byte[] capture = randomCapture(new Random(seed));
      Result one = one(() -> CaptureFile.of(new ByteArrayInputStream(capture), "test"));
      assertThat(one.records).hasSizeGreaterThan(100);
      for (int threads : new int[] {1, 2, 5}) {
        Result many =
            many(() -> CaptureFile.of(new ByteArrayInputStream(capture), "test"), threads);
        assertThat(many).as("seed %d, %d threads", seed, threads).isEqualTo(one);
      }
    }
  }

  @Test
  void shouldGiveTheEventsOfOnePipelineOverTheCorpus() throws IOException {
    for (Path path : Corpus.captures()) {
      assertThat(many(() -> CaptureFile.open(path), 3))
          .as(path.toString())
          .isEqualTo(one(() -> CaptureFile.open(path)));
    }
  }

  @Test
  void shouldHandOverAllEventsSoFarWhenTheSourceHasToWait() throws IOException {
    byte[] capture = randomCapture(new Random(1));
    List<String> records = new ArrayList<>();
    List<Integer> atWaits = new ArrayList<>();
    try (CaptureFile file = CaptureFile.of(inPieces(capture), "test");
        ParallelPipeline pipeline =
            new ParallelPipeline(PipelineOptions.defaults(), encodings(), collect(records), 3)) {
      file.useBuffersOf(pipeline);
      file.onWaiting(() -> {
        pipeline.drain();
        atWaits.add(records.size());
      });
      while (file.poll(pipeline, FRAMES_PER_POLL) > 0) {
        // all of them
      }
      pipeline.finish();
    }
    assertThat(records)
        .isEqualTo(one(() -> CaptureFile.of(new ByteArrayInputStream(capture), "test")).records);
    assertThat(atWaits).isSorted();
    assertThat(atWaits.get(atWaits.size() / 2)).isGreaterThan(records.size() / 4);
  }

  @Test
  void shouldReadBlocksOfAnySize() throws IOException {
    Random random = new Random(4);
    byte[] capture = inLargeBlocks(randomCapture(random), random);
    Source source = () -> CaptureFile.of(new ByteArrayInputStream(capture), "test");
    Result one = one(source);
    assertThat(one.records).hasSizeGreaterThan(100);
    assertThat(many(source, 3)).isEqualTo(one);
  }

  /** The packets of a pcap as pcapng, some with options of up to a megabyte behind them. */
  private static byte[] inLargeBlocks(byte[] pcap, Random random) throws CaptureFileException {
    CaptureBytes to = new CaptureBytes(ByteOrder.LITTLE_ENDIAN).section().describe(1);
    for (HeldFrame frame :
        HeldFrame.allOf(CaptureFile.of(new ByteArrayInputStream(pcap), "test"))) {
      List<byte[]> options = new ArrayList<>();
      for (int i = random.nextInt(50) == 0 ? random.nextInt(17) : 0; i > 0; i--) {
        options.add(to.option(1, new byte[(1 << 16) - 4]));
      }
      to.enhancedPacket(
          0, frame.ns() / 1000, frame.wire(), frame.bytes(), options.toArray(byte[][]::new));
    }
    return to.toBytes();
  }

  @Test
  void shouldEndWithTheFailureOfItsOutput() throws IOException {
    byte[] capture = randomCapture(new Random(2));
    try (CaptureFile file = CaptureFile.of(new ByteArrayInputStream(capture), "test");
        ParallelPipeline pipeline =
            new ParallelPipeline(
                PipelineOptions.defaults(),
                encodings(),
                (bytes, from, length) -> {
                  throw new IllegalStateException("full");
                },
                3)) {
      file.useBuffersOf(pipeline);
      assertThatThrownBy(
              () -> {
                while (file.poll(pipeline, FRAMES_PER_POLL) > 0) {
                  pipeline.drain();
                }
              })
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("full");
    }
  }

  private interface Source {
    CaptureFile open() throws CaptureFileException;
  }

  private record Result(List<String> records, Map<String, Long> counts) {}

  @Test
  void shouldGiveTheSameColumnsWhetherOrNotIdentifiersAreAmongThem() throws IOException {
    byte[] capture = randomCapture(new Random(3));
    Source source = () -> CaptureFile.of(new ByteArrayInputStream(capture), "test");
    List<EventField> without = List.of(EventField.TS, EventField.URL, EventField.STATUS);
    List<EventField> with =
        List.of(
            EventField.TS,
            EventField.URL,
            EventField.STATUS,
            EventField.ID,
            EventField.COMMUNITY_ID);
    List<String> identified = many(source, tsv(with), 2).records;
    assertThat(identified).isEqualTo(one(source, tsv(with).getFirst()).records);
    assertThat(identified).allMatch(line -> line.matches(".*\\t[0-9a-f]{32}\\t1:.{27}="));
    assertThat(many(source, tsv(without), 2).records)
        .isEqualTo(
            identified.stream()
                .map(line -> line.replaceFirst("\\t[^\\t]*\\t[^\\t]*$", ""))
                .toList());
  }

  private static List<EventEncoding> tsv(List<EventField> fields) {
    EncodingOptions options = new EncodingOptions("test", "", ZoneOffset.UTC, fields);
    return IntStream.range(0, ParallelPipeline.SHARDS)
        .mapToObj(i -> EncodingFormat.TSV.create(options))
        .toList();
  }

  private static Result one(Source source) throws CaptureFileException {
    return one(source, encodings().getFirst());
  }

  private static Result many(Source source, int threads) throws CaptureFileException {
    return many(source, encodings(), threads);
  }

  private static Result one(Source source, EventEncoding encoding) throws CaptureFileException {
    List<String> records = new ArrayList<>();
    Map<String, Long> counts = new TreeMap<>();
    RecordBuffer buffer = new RecordBuffer();
    PacketPipeline pipeline =
        new PacketPipeline(
            PipelineOptions.defaults(),
            event -> {
              buffer.clear();
              encoding.append(event, buffer);
              records.add(buffer.toString());
            });
    try (CaptureFile file = source.open()) {
      while (file.poll(pipeline, FRAMES_PER_POLL) > 0) {
        // all of them
      }
    } catch (CaptureFileException e) {
      records.add(e.getMessage());
    }
    pipeline.finish();
    add(counts, pipeline.decodeCounters());
    add(counts, pipeline.flowCounters());
    add(counts, pipeline.reassemblyCounters());
    add(counts, pipeline.httpCounters());
    return new Result(records, counts);
  }

  private static Result many(Source source, List<EventEncoding> encodings, int threads)
      throws CaptureFileException {
    List<String> records = new ArrayList<>();
    Map<String, Long> counts = new TreeMap<>();
    try (CaptureFile file = source.open();
        ParallelPipeline pipeline =
            new ParallelPipeline(
                PipelineOptions.defaults(), encodings, collect(records), threads)) {
      file.useBuffersOf(pipeline);
      try {
        while (file.poll(pipeline, FRAMES_PER_POLL) > 0) {
          // all of them
        }
      } catch (CaptureFileException e) {
        pipeline.drain();
        records.add(e.getMessage());
      }
      pipeline.finish();
      add(counts, pipeline.decodeCounters());
      for (SegmentPipeline shard : pipeline.shards()) {
        add(counts, shard.flowCounters());
        add(counts, shard.reassemblyCounters());
        add(counts, shard.httpCounters());
      }
    }
    return new Result(records, counts);
  }

  private static <C extends Enum<C> & Counter> void add(
      Map<String, Long> counts, Counters<C> counters) {
    for (C counter : counters.constants()) {
      String name = counter.getDeclaringClass().getSimpleName() + " " + counter.name();
      counts.merge(name, counters.get(counter), Long::sum);
    }
  }

  private static RecordOutput collect(List<String> records) {
    return (bytes, from, length) ->
        records.add(new String(bytes, from, length, StandardCharsets.UTF_8));
  }

  private static List<EventEncoding> encodings() {
    EncodingOptions options = new EncodingOptions("test", "", ZoneOffset.UTC, EventField.DEFAULTS);
    return IntStream.range(0, ParallelPipeline.SHARDS)
        .mapToObj(i -> EncodingFormat.JSON.create(options))
        .toList();
  }

  private static InputStream inPieces(byte[] bytes) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int offset, int length) {
        return super.read(into, offset, Math.min(length, 5000));
      }

      @Override
      public synchronized int available() {
        return 0;
      }
    };
  }

  /** A pcap of some megabytes: many connections, some without answers, in uneven time. */
  private static byte[] randomCapture(Random random) {
    List<List<Packet>> queues = new ArrayList<>();
    for (int port = 1000; port < 1000 + 40 + random.nextInt(40); port++) {
      Talk talk = Talk.open(port, random.nextInt(), random.nextInt());
      talk.segmentsOf(1 + random.nextInt(1400));
      for (int i = random.nextInt(12); i >= 0; i--) {
        String body = "x".repeat(random.nextInt(3000));
        talk.client("GET /" + port + "/" + i + " HTTP/1.1\r\nHost: h" + port % 7 + "\r\n\r\n");
        if (random.nextInt(6) > 0) {
          talk.server("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
      }
      if (random.nextBoolean()) {
        talk.clientEnds().serverEnds();
      }
      List<Packet> packets = new ArrayList<>(talk.packets());
      for (int i = random.nextInt(3); i > 0 && packets.size() > 5; i--) {
        int at = 3 + random.nextInt(packets.size() - 4);
        switch (random.nextInt(3)) {
          case 0 -> packets.remove(at);
          case 1 -> packets.add(at, packets.get(at));
          default -> Collections.swap(packets, at, at + 1);
        }
      }
      queues.add(packets);
    }
    CaptureBytes capture = new CaptureBytes(ByteOrder.LITTLE_ENDIAN).pcapHeader(0xa1b2c3d4, 1);
    long timeUs = 1_700_000_000_000_000L;
    while (!queues.isEmpty()) {
      List<Packet> queue = queues.get(random.nextInt(queues.size()));
      byte[] frame = queue.removeFirst().frame();
      capture.pcapPacket(
          (int) (timeUs / 1_000_000), (int) (timeUs % 1_000_000), frame.length, frame);
      timeUs +=
          switch (random.nextInt(200)) {
            case 0 -> 20_000_000;
            case 1 -> -500_000;
            default -> random.nextInt(100_000);
          };
      if (queue.isEmpty()) {
        queues.remove(queue);
      }
    }
    return capture.toBytes();
  }
}
