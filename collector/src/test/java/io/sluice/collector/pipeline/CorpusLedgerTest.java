package io.sluice.collector.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.testing.Corpus;
import io.sluice.collector.testing.Replay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every frame, byte and message of every capture is accounted for. */
final class CorpusLedgerTest {
  @Test
  void shouldCloseTheLedgerOnEveryCapture() throws IOException {
    for (Path capture : Corpus.captures()) {
      List<Object> events = new ArrayList<>();
      PacketPipeline pipeline = Corpus.read(capture, PipelineOptions.defaults(), events::add);
      try {
        Replay.assertLedgerClosed(pipeline, events.size());
      } catch (AssertionError e) {
        throw new AssertionError(capture + ": " + e.getMessage(), e);
      }
    }
  }

  @Test
  void shouldGiveTheSameEventsTwice() throws IOException {
    for (Path capture : Corpus.captures()) {
      List<Object> first = new ArrayList<>();
      List<Object> second = new ArrayList<>();
      Corpus.read(capture, PipelineOptions.defaults(), first::add);
      Corpus.read(capture, PipelineOptions.defaults(), second::add);
      assertThat(second).as(capture.toString()).isEqualTo(first);
    }
  }
}
