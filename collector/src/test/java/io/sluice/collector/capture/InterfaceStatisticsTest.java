package io.sluice.collector.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterfaceStatisticsTest {
  private static final String HEADING =
      """
      Inter-|   Receive                                                |  Transmit
       face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo
      """;

  @TempDir Path folder;

  @Test
  void countsWhatIsLostFromTheOpeningOn() throws IOException {
    devices("tap0: 900 9 1 20 300 0 0 0 7 7 7 7 7 0 0 0", "tap1:900 9 0 5 0 0 0 0 7 7 7 7 7 0 0 0");
    softnet("00000010 00000001 00000002 0", "00000010 ffffffff 00000000 0");
    try (InterfaceStatistics statistics = InterfaceStatistics.open(folder, List.of("tap0"))) {
      expect(statistics, 0, 0, 0, 0, 0);
      devices(
          "tap0: 990 10 4 25 307 0 0 0 9 9 9 9 9 0 0 0", "tap1:900 9 0 99 0 0 0 0 7 7 7 7 7 0 0 0");
      // The second processor's counter has gone past 32 bits.
      softnet("00000020 0000000b 00000002 0", "00000020 00000003 00000001 0");
      statistics.update();
      expect(statistics, 5, 7, 3, 13, 1);
      statistics.update();
      expect(statistics, 5, 7, 3, 13, 1);
    }
  }

  @Test
  void anInterfaceThatIsMadeAgainCountsOn() throws IOException {
    softnet("00000010 00000000 00000000 0");
    devices("tap0: 900 9 0 20 0 0 0 0 7 7 7 7 7 0 0 0");
    try (InterfaceStatistics statistics = InterfaceStatistics.open(folder, List.of("tap0"))) {
      devices();
      statistics.update();
      devices("tap0: 9 1 0 3 0 0 0 0 7 7 7 7 7 0 0 0");
      statistics.update();
      expect(statistics, 3, 0, 0, 0, 0);
    }
  }

  @Test
  void saysWhatItCannotRead() throws IOException {
    softnet("00000010 00000000 00000000 0");
    devices("tap0: 900 nine");
    assertThatThrownBy(() -> InterfaceStatistics.open(folder, List.of("tap0")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot read the kernel's network statistics");
  }

  @Test
  void readsTheKernelsFiles() throws IOException {
    try (InterfaceStatistics statistics = InterfaceStatistics.open(List.of("lo"))) {
      statistics.update();
      assertThat(statistics.counters().get(InterfaceCounter.INTERFACE_ERRORS)).isZero();
    }
  }

  private void devices(String... lines) throws IOException {
    Files.writeString(folder.resolve("dev"), HEADING + String.join("\n", lines) + "\n");
  }

  private void softnet(String... lines) throws IOException {
    Files.writeString(folder.resolve("softnet_stat"), String.join("\n", lines) + "\n");
  }

  private static void expect(
      InterfaceStatistics statistics,
      long dropped,
      long overrun,
      long errors,
      long softnetDropped,
      long squeezed) {
    assertThat(
            List.of(InterfaceCounter.values()).stream()
                .map(counter -> statistics.counters().get(counter)))
        .containsExactly(dropped, overrun, errors, softnetDropped, squeezed);
  }
}
