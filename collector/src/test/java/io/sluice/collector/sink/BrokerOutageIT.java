package io.sluice.collector.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real broker in a process of its own that goes wrong under load: each event comes at least once,
 * the first time in its flow's order, and the books close.
 */
class BrokerOutageIT {
  private static final Duration SOON = Duration.ofSeconds(90);

  @TempDir Path folder;

  @Test
  void killedAndStartedAgainEveryFewSeconds() throws Exception {
    killAndStart(Duration.ofSeconds(25));
  }

  void killAndStart(Duration time) throws Exception {
    try (BrokerProcess broker = new BrokerProcess(folder);
        EventLoad load = EventLoad.start(broker.bootstrap(), folder.resolve("spool"), 0)) {
      long end = System.nanoTime() + time.toNanos();
      int kills = 0;
      load.awaitDelivery(SOON);
      while (System.nanoTime() - end < 0) {
        broker.kill();
        kills++;
        if (kills == 1) {
          // Short ones the client may bridge alone.
          load.awaitSpooling();
        } else {
          Thread.sleep(500 + 700L * (kills % 3));
        }
        broker.start();
        // Sometimes before it has caught up.
        Thread.sleep(4_000 + 1_000L * (kills % 4));
      }
      load.finish();
      int repeated = EventLoad.assertAllCameInOrder(broker.bootstrap(), 0, load.next());
      System.out.printf("%d events, %d kills, %d came again%n", load.next(), kills, repeated);
    }
  }

  @Test
  void theDiskOfTheBrokerFillsAndIsFreed() throws Exception {
    Path log = Files.createDirectory(folder.resolve("log"));
    assumeTrue(
        "root".equals(System.getProperty("user.name"))
            && run("mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", log.toString()) == 0,
        "SKIPPED LOUDLY: mounting a small tmpfs needs root");
    try (BrokerProcess broker =
            new BrokerProcess(
                folder,
                log.resolve("topics"),
                List.of("log.segment.bytes=1048576", "log.index.size.max.bytes=65536"));
        EventLoad load = EventLoad.start(broker.bootstrap(), folder.resolve("spool"), 0)) {
      load.awaitDelivery(SOON);
      Path ballast = log.resolve("ballast");
      fill(ballast);
      long deadline = System.nanoTime() + SOON.toNanos();
      while (broker.isAlive()) {
        assertThat(System.nanoTime() - deadline).as("the broker's end").isNegative();
        Thread.sleep(100);
      }
      load.awaitSpooling();
      Files.delete(ballast);
      broker.start();
      load.awaitDelivery(SOON);
      load.finish();
      EventLoad.assertAllCameInOrder(broker.bootstrap(), 0, load.next());
    } finally {
      assertThat(run("umount", "-l", log.toString())).isZero();
    }
  }

  @Test
  void connectionsExpireAndPermissionIsRevoked() throws Exception {
    try (BrokerProcess broker =
            new BrokerProcess(
                folder,
                folder.resolve("log"),
                List.of(
                    "connections.max.idle.ms=1500",
                    "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                    "allow.everyone.if.no.acl.found=true"));
        EventLoad load = EventLoad.start(broker.bootstrap(), folder.resolve("spool"), 0)) {
      load.awaitDelivery(SOON);
      ResourcePattern topic =
          new ResourcePattern(ResourceType.TOPIC, BrokerProcess.TOPIC, PatternType.LITERAL);
      for (int i = 0; i < 2; i++) {
        try (Admin admin = broker.admin()) {
          admin
              .createAcls(
                  List.of(
                      acl(topic, AclOperation.WRITE, AclPermissionType.DENY),
                      acl(topic, AclOperation.ALL, AclPermissionType.ALLOW)))
              .all()
              .get();
        }
        load.awaitSpooling();
        Thread.sleep(3_000);
        try (Admin admin = broker.admin()) {
          var unused =
              admin
                  .deleteAcls(
                      List.of(
                          new AclBindingFilter(
                              ResourcePatternFilter.ANY, AccessControlEntryFilter.ANY)))
                  .all()
                  .get();
        }
        load.awaitDelivery(SOON);
      }
      load.finish();
      EventLoad.assertAllCameInOrder(broker.bootstrap(), 0, load.next());
      assertThat(load.ledger.get(SinkCounter.DEAD_LETTERS_ACKNOWLEDGED)).isZero();
    }
  }

  private static AclBinding acl(
      ResourcePattern topic, AclOperation operation, AclPermissionType permission) {
    return new AclBinding(
        topic, new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
  }

  private static void fill(Path ballast) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
      byte[] block = new byte[1 << 16];
      while (true) {
        file.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
