package io.sluice.collector.sink;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same for two minutes. */
class BrokerOutageLongIT {
  @TempDir Path folder;

  @Test
  void killedAndStartedAgainEveryFewSecondsForTwoMinutes() throws Exception {
    BrokerOutageIT outage = new BrokerOutageIT();
    outage.folder = folder;
    outage.killAndStart(Duration.ofMinutes(2));
  }
}
