package io.sluice.collector.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A collector that is killed with SIGKILL while no broker is there, and starts again. */
class KilledCollectorIT {
  private static final int KILLS = 3;

  /** What a publisher's round and its pause hold at the rate of the test, generously. */
  private static final int MOST_LOST = 3_000;

  @TempDir Path folder;

  /** The process: emits until it is killed, and prints how much is on disk. */
  static final class Collector {
    private Collector() {}

    public static void main(String[] arguments) throws Exception {
      DeliveryLedger ledger = new DeliveryLedger();
      // Nobody listens there.
      KafkaSink sink =
          KafkaSink.open(settings(Path.of(arguments[0]), "127.0.0.1:1"), "here", null, ledger);
      KafkaPublisher.start(sink);
      for (int i = Integer.parseInt(arguments[1]); ; i++) {
        sink.onEvent(Events.numbered(i));
        if (i % 50 == 0) {
          Thread.sleep(5);
          System.out.println(
              ledger.get(SinkCounter.EVENTS_EMITTED)
                  + " "
                  + ledger.get(SinkCounter.EVENTS_CARRIED_OVER)
                  + " "
                  + ledger.get(SinkCounter.EVENTS_SPOOLED)
                  + " "
                  + ledger.failed());
        }
      }
    }
  }

  private static KafkaSettings settings(Path spool, String bootstrap) {
    return new KafkaSettings(
        bootstrap,
        BrokerProcess.TOPIC,
        1 << 16,
        Map.of(),
        new SpoolOptions(
            spool, 1L << 30, SpoolOptions.Fsync.NEVER, SpoolOptions.WhenFull.DROP_NEWEST));
  }

  @Test
  void whatIsOnDiskOutlivesTheKillAndTheRestIsCounted() throws Exception {
    Path spool = folder.resolve("spool");
    long lost = 0;
    long onDisk = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      long[] last = runAndKill(spool, kill * 1_000_000, 20_000 + 10_000 * kill);
      Path copy = folder.resolve("look-" + kill);
      SpooledDeliveryTest.copy(spool, copy);
      try (Spool left =
          Spool.open(
              settings(copy, "").spool(),
              BrokerProcess.TOPIC,
              TopicFormat.AVRO,
              System::nanoTime)) {
        // What was told before the kill is the least.
        assertThat(left.carried()).isGreaterThanOrEqualTo(last[0] + last[1] - last[3]);
        assertThat(left.recovered()).isGreaterThanOrEqualTo(last[2]);
        assertThat(left.damaged()).isZero();
        assertThat(left.unaccounted()).isBetween(0L, (long) MOST_LOST);
        lost += left.unaccounted();
        onDisk = left.recovered();
      }
    }
    DeliveryLedger ledger = new DeliveryLedger();
    Path brokerFolder = java.nio.file.Files.createDirectory(folder.resolve("broker"));
    try (BrokerProcess broker = new BrokerProcess(brokerFolder)) {
      KafkaSink sink = KafkaSink.open(settings(spool, broker.bootstrap()), "here", null, ledger);
      KafkaPublisher publisher = KafkaPublisher.start(sink);
      for (int i = 0; ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED) < onDisk; i++) {
        assertThat(i).isLessThan(600);
        Thread.sleep(100);
      }
      assertThat(publisher.stop(Duration.ofSeconds(60))).isTrue();
      sink.close();
      assertThat(ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED)).isEqualTo(onDisk);
      assertThat(ledger.inFlight()).isZero();
      assertThat(EventLoad.assertAllCameInOrder(broker.bootstrap(), 0, 10_000)).isZero();
      System.out.printf("%d events on disk, %d lost by %d kills%n", onDisk, lost, KILLS);
    }
  }

  /** Returns what the process told last: emitted, carried over, spooled, failed. */
  private static long[] runAndKill(Path spool, int from, long spooled) throws Exception {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Collector.class.getName(),
                spool.toString(),
                String.valueOf(from))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long[] last = new long[4];
    try (BufferedReader told =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
      // Behind the first second, in which the queue is given time.
      while (last[2] < spooled || last[0] + last[1] - last[2] - last[3] > MOST_LOST / 2) {
        String[] words = told.readLine().split(" ");
        for (int i = 0; i < last.length; i++) {
          last[i] = Long.parseLong(words[i]);
        }
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    return last;
  }
}
