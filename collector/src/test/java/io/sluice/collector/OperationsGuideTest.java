package io.sluice.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.audit.AuditCounter;
import io.sluice.collector.capture.CaptureCounter;
import io.sluice.collector.capture.InterfaceCounter;
import io.sluice.collector.control.ControlCounter;
import io.sluice.collector.counters.Counter;
import io.sluice.collector.decode.DecodeCounter;
import io.sluice.collector.flow.FlowCounter;
import io.sluice.collector.live.SweepCounter;
import io.sluice.collector.protocol.http.HttpCounter;
import io.sluice.collector.protocol.http.HttpFlag;
import io.sluice.collector.reassembly.ReassemblyCounter;
import io.sluice.collector.sink.SinkCounter;
import io.sluice.kernelfilter.FilterCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An operator finds every counter and every flag in the guide, with the words of the code. */
class OperationsGuideTest {

  @Test
  void namesEveryCounter() throws IOException {
    assertThat(guide()).contains(counters().toArray(String[]::new));
  }

  @Test
  void namesEveryFlag() throws IOException {
    assertThat(guide())
        .contains(
            Arrays.stream(HttpFlag.values())
                .map(flag -> "| `" + flag.text() + "` | " + flag.help() + " |")
                .toArray(String[]::new));
  }

  private static String guide() throws IOException {
    return Files.readString(Path.of("..", "deploy", "OPERATIONS.md"));
  }

  private static Stream<String> counters() {
    Stream<String> kernel =
        Arrays.stream(FilterCounter.values()).map(counter -> row(counter.name(), counter.help()));
    Stream<Counter[]> stages =
        Stream.of(
            CaptureCounter.values(),
            InterfaceCounter.values(),
            SweepCounter.values(),
            DecodeCounter.values(),
            FlowCounter.values(),
            ReassemblyCounter.values(),
            HttpCounter.values(),
            AuditCounter.values(),
            ControlCounter.values(),
            SinkCounter.values());
    return Stream.concat(
        kernel, stages.flatMap(Arrays::stream).map(counter -> row(counter.name(), counter.help())));
  }

  private static String row(String name, String help) {
    return "| `" + name + "` | " + help + " |";
  }
}
