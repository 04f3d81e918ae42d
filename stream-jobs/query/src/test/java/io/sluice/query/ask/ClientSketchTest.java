package io.sluice.query.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import com.dynatrace.hash4j.hashing.Hashing;
import io.sluice.query.TestStore;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClientSketchTest {
  private final ClientSketch sketch = new ClientSketch();

  @Test
  void shouldCountFewExactlyAndEachOnce() {
    assertThat(sketch.count()).isZero();
    sketch.add(new byte[0]);
    sketch.add(TestStore.clientSketch(clients(0, 100)));
    sketch.add(TestStore.clientSketch(clients(50, 170)));
    assertThat(sketch.count()).isEqualTo(170);
  }

  @Test
  void shouldMergeTokensWithRegistersInAnyOrder() {
    ClientSketch other = new ClientSketch();
    byte[] few = TestStore.clientSketch(clients(19_900, 20_000));
    byte[] many = registers(0, 20_000);
    sketch.add(few);
    sketch.add(many);
    other.add(many);
    other.add(few);
    assertThat(sketch.count()).isEqualTo(other.count()).isCloseTo(20_000, within(20_000L / 10));
  }

  @Test
  void shouldKeepFewTokens() {
    for (int from = 0; from < 20_000; from += 100) {
      sketch.add(TestStore.clientSketch(clients(from, from + 100)));
    }
    assertThat(sketch.count()).isCloseTo(20_000, within(20_000L / 10));
  }

  @Test
  void shouldLeaveOutWhatIsNone() {
    sketch.add(new byte[3]);
    sketch.add(new byte[1025]);
    assertThat(sketch.count()).isZero();
  }

  private static List<String> clients(int from, int to) {
    return IntStream.range(from, to).mapToObj(n -> "client " + n).toList();
  }

  private static byte[] registers(int from, int to) {
    UltraLogLog registers = UltraLogLog.create(10);
    clients(from, to)
        .forEach(c ->
            registers.addToken(UltraLogLog.computeToken(Hashing.komihash5_0().hashCharsToLong(c))));
    return registers.getState();
  }
}
