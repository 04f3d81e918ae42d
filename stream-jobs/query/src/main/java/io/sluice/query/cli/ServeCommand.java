package io.sluice.query.cli;

import io.sluice.query.Failure;
import io.sluice.query.InstanceSettings;
import io.sluice.query.api.Access;
import io.sluice.query.api.QueryServer;
import io.sluice.query.store.Housekeeping;
import io.sluice.query.store.Replays;
import io.sluice.query.store.Retention;
import io.sluice.query.store.RollUps;
import io.sluice.query.store.Store;
import io.sluice.query.store.StoreSettings;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "serve",
    hidden = true,
    description = "Runs the query service in the foreground until it is told to end.")
final class ServeCommand implements Runnable {
  /** Held here: a logger that nothing refers to is forgotten together with its level. */
  private static final Logger WEB_SERVER_LOG = Logger.getLogger("io.helidon");

  private static final String MOST_DAYS = "14";
  private static final String MOST_DAYS_OF_HOURS = "400";
  private static final String MOST_DAYS_OF_DAYS = "3650";
  private static final String MOST_MIB = "4096";
  private static final String MOST_REQUEST_HOURS = "24";

  @Mixin private DataDirOption dataDir;

  @Override
  public void run() {
    WEB_SERVER_LOG.setLevel(Level.WARNING);
    InstanceSettings instance = InstanceSettings.read(dataDir.folder(), "serve queries");
    Access access = Access.of(instance);
    StoreSettings settings = StoreSettings.of(instance);
    Store store = new Store(settings);
    Replays replays = new Replays(store);
    Retention.Limits limits = limits(instance);
    Housekeeping housekeeping =
        new Housekeeping(store, replays, new Retention(store, limits), new RollUps(store, limits));
    QueryServer server = new QueryServer(access, store, settings, replays, housekeeping);
    server.start();
    housekeeping.start();
    CountDownLatch ended = new CountDownLatch(1);
    awaitEnd(ended);
    server.close();
    housekeeping.close();
    store.close();
    ended.countDown();
  }

  /** Single requests take a quarter of the store, where nothing else is said. */
  private static Retention.Limits limits(InstanceSettings instance) {
    long mib = number(instance, "store.mib", MOST_MIB);
    long requestsMib = number(instance, "store.requests.mib", Long.toString(Math.max(1, mib / 4)));
    return new Retention.Limits(
        Duration.ofDays(number(instance, "store.days", MOST_DAYS)),
        Duration.ofDays(number(instance, "store.hourly.days", MOST_DAYS_OF_HOURS)),
        Duration.ofDays(number(instance, "store.daily.days", MOST_DAYS_OF_DAYS)),
        Math.max(1, mib - requestsMib) << 20,
        Duration.ofHours(number(instance, "store.requests.hours", MOST_REQUEST_HOURS)),
        requestsMib << 20);
  }

  private static long number(InstanceSettings instance, String key, String otherwise) {
    String text = instance.optional(key, otherwise);
    if (!text.matches("[1-9]\\d{0,8}")) {
      throw Failure.cannot(
          "use " + key + " " + text, "it is not a number above 0", "correct instance.properties");
    }
    return Long.parseLong(text);
  }

  /**
   * Returns when the process is told to end; the Java machine then waits for {@code ended}, for a
   * while.
   */
  private static void awaitEnd(CountDownLatch ended) {
    CountDownLatch told = new CountDownLatch(1);
    Thread hook =
        new Thread(() -> {
          told.countDown();
          await(ended, 3);
        });
    Runtime.getRuntime().addShutdownHook(hook);
    await(told, Long.MAX_VALUE);
  }

  private static void await(CountDownLatch latch, long mostSeconds) {
    try {
      boolean reached = latch.await(mostSeconds, TimeUnit.SECONDS);
      if (!reached) {
        System.err.println("cannot end cleanly: something still runs; it is ended");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
