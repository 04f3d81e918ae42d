package io.sluice.query.store;

import io.sluice.query.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must go on in the store without being asked: its tables, promotion of replays, retention,
 * longer windows. One thread of its own; when the store is away it tries again until it is back.
 */
public final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration RETENTION_EVERY = Duration.ofMinutes(1);
  private static final Duration ROLL_UPS_EVERY = Duration.ofSeconds(5);

  private final Store store;
  private final Replays replays;
  private final Retention retention;
  private final RollUps rollUps;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("housekeeping").daemon().factory());

  private volatile boolean ready;
  private volatile String trouble = "it was not reached yet";
  private Instant retentionDue = Instant.MIN;
  private Instant rollUpsDue = Instant.MIN;
  private String reported = "";

  public Housekeeping(Store store, Replays replays, Retention retention, RollUps rollUps) {
    this.store = store;
    this.replays = replays;
    this.retention = retention;
    this.rollUps = rollUps;
  }

  public void start() {
    // A round catches all that it throws, so there is no result to wait for.
    var _ = executor.scheduleWithFixedDelay(this::round, 0, 500, TimeUnit.MILLISECONDS);
  }

  /** True from when the tables are there until the store is found away. */
  public boolean isReady() {
    return ready;
  }

  /** Why not, where {@link #isReady} is false. */
  public String trouble() {
    return trouble;
  }

  private void round() {
    try {
      if (!ready) {
        store.migrate();
        LOG.info("the store is ready");
        ready = true;
        reported = "";
      }
      int promoted = replays.promoteComplete();
      if (promoted > 0) {
        LOG.info("{} replayed file(s) count now", promoted);
      }
      if (!retentionDue.isAfter(Instant.now())) {
        retention.apply(Instant.now());
        retentionDue = Instant.now().plus(RETENTION_EVERY);
      }
      if (!rollUpsDue.isAfter(Instant.now())) {
        rollUps.apply(Instant.now());
        rollUpsDue = Instant.now().plus(ROLL_UPS_EVERY);
      }
    } catch (Exception e) {
      ready = false;
      trouble = Failure.textOf(e);
      // Once for each trouble, not twice a second.
      if (!trouble.equals(reported)) {
        LOG.warn("cannot use the store: {}; trying again", trouble);
        reported = trouble;
      }
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
