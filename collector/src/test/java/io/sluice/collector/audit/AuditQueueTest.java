package io.sluice.collector.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.collector.counters.Counters;
import io.sluice.collector.encoding.SampleEvents;
import io.sluice.collector.event.RequestEvent;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AuditQueueTest {
  @TempDir Path directory;

  @Test
  void handsOverInOrderAndClosesTheSink() throws Exception {
    final AuditLog log = new AuditLog(AuditLog.options(directory));
    final LossReport losses = new LossReport("audit", Duration.ofSeconds(10), line -> {});
    final AuditQueue queue = new AuditQueue(log.sink, 100_000, losses, Clock.systemUTC()).start();
    for (int i = 0; i < 10_000; i++) {
      queue.onEvent(SampleEvents.with("GET", "/" + i, 200));
    }
    assertThat(queue.close(Duration.ofSeconds(30))).isTrue();
    final List<String> records = AuditLog.allRecords(directory);
    assertThat(records).hasSize(10_000);
    assertThat(records.getLast()).contains("/9999 ");
    assertThat(queue.get(AuditCounter.RECORDS_OFFERED)).isEqualTo(10_000);
    assertThat(queue.get(AuditCounter.QUEUE_FULL)).isZero();
  }

  @Test
  void aSinkThatHangsCostsCountedRecordsAndNeverTheWorker() {
    final CountDownLatch release = new CountDownLatch(1);
    final List<RequestEvent> written = new ArrayList<>();
    final AuditSink hanging =
        new AuditSink() {
          @Override
          public void write(final RequestEvent event) {
            try {
              release.await();
            } catch (final InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            written.add(event);
          }

          @Override
          public void onTime(final long nowNs) {}

          @Override
          public Counters<AuditCounter> counters() {
            return new Counters<>(AuditCounter.class);
          }

          @Override
          public void close() {}
        };
    final List<String> told = new ArrayList<>();
    final AuditQueue queue =
        new AuditQueue(
                hanging,
                10,
                new LossReport("audit", Duration.ofHours(1), told::add),
                Clock.systemUTC())
            .start();
    for (int i = 0; i < 1_000; i++) {
      queue.onEvent(SampleEvents.plain());
    }
    release.countDown();
    assertThat(queue.close(Duration.ofSeconds(30))).isTrue();
    assertThat(written.size() + queue.get(AuditCounter.QUEUE_FULL)).isEqualTo(1_000);
    assertThat(queue.get(AuditCounter.QUEUE_FULL)).isBetween(985L, 990L);
    assertThat(told).hasSize(1).first().asString().contains("the audit queue is full");
  }
}
