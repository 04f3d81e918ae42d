package io.sluice.collector.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log on disk: what comes back from it, whatever happened to the disk. */
class SpoolTest {
  private static final String TOPIC = "t";

  @TempDir Path folder;

  private final AtomicLong clockNs = new AtomicLong();

  @Test
  void givesBackWhatItWasGivenInOrder() throws IOException {
    try (Spool spool = open()) {
      Delivery first = event(1, 10);
      assertThat(spool.append(List.of(first, Delivery.heartbeat(7), event(2, 100_000)), 0))
          .isEqualTo(3);
      ProducerRecord<byte[], byte[]> read = spool.next().event();
      assertThat(read.key()).isEqualTo(first.event().key());
      assertThat(read.value()).isEqualTo(first.event().value());
      assertThat(read.timestamp()).isEqualTo(1);
      assertThat(read.headers()).isEqualTo(first.event().headers());
      assertThat(spool.next().heartbeatNs()).isEqualTo(7);
      assertThat(number(spool.next())).isEqualTo(2);
      assertThat(spool.isRead()).isTrue();
      assertThat(spool.next()).isNull();
    }
  }

  @Test
  void whatIsOnItsWayAlreadyIsNotReadAgain() throws IOException {
    try (Spool spool = open()) {
      assertThat(spool.append(events(0, 5, 100), 3)).isEqualTo(5);
      assertThat(numbers(spool)).containsExactly(3, 4);
    }
  }

  @Test
  void roomIsGivenBackWhenItIsSettled() throws IOException {
    try (Spool spool = open()) {
      for (int i = 0; i < 100; i++) {
        spool.append(events(i * 10, i * 10 + 10, 10_000), 0);
      }
      assertThat(spool.bytes()).isBetween(10_000_000L, 10_500_000L);
      assertThat(onDisk()).isEqualTo(spool.bytes());
      List<Delivery> read = all(spool);
      assertThat(read).hasSize(1_000);
      spool.settle(read.get(500).spoolEnd(), 501);
      assertThat(spool.bytes()).isBetween(5_000_000L, 7_500_000L);
      spool.settle(read.get(999).spoolEnd(), 1_000);
      assertThat(spool.bytes()).isLessThan(2_000_000L);
      assertThat(onDisk()).isEqualTo(spool.bytes());
    }
  }

  @Test
  void aRestartBeginsAtWhatIsNotSettled() throws IOException {
    try (Spool spool = open()) {
      emitted(spool, 1_000);
      spool.append(events(0, 1_000, 10_000), 0);
      for (int i = 0; i < 300; i++) {
        spool.settle(spool.next().spoolEnd(), i + 1);
      }
    }
    try (Spool spool = open()) {
      assertThat(spool.carried()).isEqualTo(700);
      assertThat(spool.recovered()).isEqualTo(700);
      spool.append(events(1_000, 1_002, 10), 0);
      List<Integer> numbers = numbers(spool);
      assertThat(numbers).hasSize(702).isSorted();
      assertThat(numbers.getFirst()).isEqualTo(300);
    }
  }

  /** A write that a failure of power has cut anywhere. */
  @Test
  void aTornEndCostsTheTornRecordAlone() throws IOException {
    try (Spool spool = open()) {
      emitted(spool, 3);
      spool.append(events(0, 3, 50), 0);
    }
    Path segment = segments().getFirst();
    byte[] whole = Files.readAllBytes(segment);
    byte[] state = Files.readAllBytes(folder.resolve("state"));
    int lastStart = 8 + 2 * (whole.length - 8) / 3;
    for (int length = lastStart; length < whole.length; length++) {
      Files.write(segment, java.util.Arrays.copyOf(whole, length));
      Files.write(folder.resolve("state"), state);
      try (Spool spool = open()) {
        assertThat(spool.recovered()).isEqualTo(2);
        assertThat(spool.unaccounted()).isEqualTo(1);
        spool.append(events(3, 4, 50), 0);
        assertThat(numbers(spool)).containsExactly(0, 1, 3);
      }
      for (Path other : segments()) {
        Files.delete(other);
      }
    }
  }

  /** Any byte of any record: that record is lost, counted as damaged, and no other. */
  @Test
  void aDamagedByteCostsItsRecordAlone() throws IOException {
    try (Spool spool = open()) {
      emitted(spool, 4);
      spool.append(events(0, 4, 50), 0);
    }
    Path segment = segments().getFirst();
    byte[] whole = Files.readAllBytes(segment);
    byte[] state = Files.readAllBytes(folder.resolve("state"));
    int record = (whole.length - 8) / 4;
    for (int at = 8 + record; at < 8 + 2 * record; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x55;
      Files.write(segment, damaged);
      Files.write(folder.resolve("state"), state);
      try (Spool spool = open()) {
        assertThat(spool.damaged()).as("byte %d", at).isEqualTo(1);
        assertThat(spool.recovered()).isEqualTo(3);
        assertThat(spool.unaccounted()).isZero();
        assertThat(numbers(spool)).containsExactly(0, 2, 3);
      }
    }
  }

  @Test
  void aSegmentThatIsGoneIsCounted() throws IOException {
    try (Spool spool = open()) {
      emitted(spool, 600);
      spool.append(events(0, 600, 10_000), 0);
    }
    List<Path> segments = segments();
    assertThat(segments).hasSizeGreaterThan(2);
    Files.delete(segments.get(1));
    try (Spool spool = open()) {
      assertThat(spool.damaged()).isBetween(190L, 220L);
      assertThat(spool.recovered() + spool.damaged()).isEqualTo(600);
      assertThat(numbers(spool)).hasSize((int) spool.recovered()).isSorted();
    }
  }

  @Test
  void aFullSpoolRefusesTheNewest() throws IOException {
    try (Spool spool = open(SpoolOptions.WhenFull.DROP_NEWEST)) {
      int done = spool.append(events(0, 2_000, 10_000), 0);
      assertThat(done).isBetween(1_500, 1_700);
      assertThat(spool.refusal()).isEqualTo(Spool.Refusal.FULL);
      assertThat(onDisk()).isLessThanOrEqualTo(SpoolOptions.LEAST_BYTES);
      assertThat(spool.takeDropped()).isZero();
      List<Delivery> read = all(spool);
      assertThat(read).hasSize(done);
      spool.settle(read.get(done / 2).spoolEnd(), 1);
      assertThat(spool.append(events(2_000, 2_010, 10_000), 0)).isEqualTo(10);
    }
  }

  @Test
  void aFullSpoolGivesUpTheOldest() throws IOException {
    try (Spool spool = open(SpoolOptions.WhenFull.DROP_OLDEST)) {
      assertThat(spool.append(events(0, 100, 10_000), 0)).isEqualTo(100);
      for (int i = 0; i < 50; i++) {
        assertThat(number(spool.next())).isEqualTo(i);
      }
      assertThat(spool.append(events(100, 3_000, 10_000), 0)).isEqualTo(2_900);
      assertThat(onDisk()).isLessThanOrEqualTo(SpoolOptions.LEAST_BYTES);
      List<Integer> numbers = numbers(spool);
      assertThat(numbers).isSorted();
      assertThat(numbers.getLast()).isEqualTo(2_999);
      // The 50 that were read are not among those dropped.
      assertThat(spool.takeDropped()).isEqualTo(2_950 - numbers.size());
    }
  }

  @Test
  void twoCollectorsCannotShareIt() throws IOException {
    try (Spool spool = open()) {
      assertThat(spool.carried()).isZero();
      assertThatThrownBy(this::open)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("cannot use the spool in " + folder)
          .hasMessageContaining(": another collector uses it;");
    }
  }

  /** The folder is reached by another name, as one is that is held open. */
  @Test
  void oneThatCannotBeWrittenIsRefusedByItsOwnName() throws Exception {
    mount("ro,size=1m");
    Path link = Files.createSymbolicLink(Files.createTempDirectory("held").resolve("1"), folder);
    try {
      assertThatThrownBy(() -> open(link, SpoolOptions.WhenFull.DROP_NEWEST))
          .hasMessage(
              "cannot use the spool in "
                  + folder.toRealPath()
                  + ": Read-only file system; give another folder or make this one writable");
    } finally {
      assertThat(run("umount", folder.toString())).isZero();
      Files.delete(link);
      Files.delete(link.getParent());
    }
  }

  @Test
  void aDamagedStateLosesNothingThatIsInTheSpool() throws IOException {
    try (Spool spool = open()) {
      emitted(spool, 3);
      spool.append(events(0, 3, 50), 0);
    }
    try (RandomAccessFile state = new RandomAccessFile(folder.resolve("state").toFile(), "rw")) {
      state.write(new byte[300]);
    }
    try (Spool spool = open()) {
      assertThat(numbers(spool)).containsExactly(0, 1, 2);
    }
  }

  /**
   * A real file system that is really full: whole records stay, and it goes on when there is room.
   */
  @Test
  void aFullDiskKeepsWholeRecordsAndIsWrittenAgain() throws Exception {
    mount("size=3m");
    try {
      Path ballast = Files.write(folder.resolve("ballast"), new byte[1 << 20]);
      Path directory = folder.resolve("spool");
      int first;
      try (Spool spool = open(directory, SpoolOptions.WhenFull.DROP_NEWEST)) {
        emitted(spool, 1_000);
        first = spool.append(events(0, 1_000, 3_000), 0);
        assertThat(first).isBetween(500, 750);
        assertThat(spool.refusal()).isEqualTo(Spool.Refusal.DISK);
        // Not tried for each of a stream of events.
        Files.delete(ballast);
        assertThat(spool.append(events(1_000, 1_001, 3_000), 0)).isZero();
        clockNs.getAndAdd(Duration.ofSeconds(2).toNanos());
        assertThat(spool.append(events(1_001, 1_101, 3_000), 0)).isEqualTo(100);
        assertThat(numbers(spool)).hasSize(first + 100).isSorted();
      }
      try (Spool spool = open(directory, SpoolOptions.WhenFull.DROP_NEWEST)) {
        assertThat(spool.damaged()).isZero();
        assertThat(spool.recovered()).isEqualTo(first + 100);
      }
    } finally {
      assertThat(run("umount", folder.toString())).isZero();
    }
  }

  private static void emitted(Spool spool, int events) {
    for (int i = 0; i < events; i++) {
      spool.state().emitted();
    }
  }

  private Spool open() throws IOException {
    return open(SpoolOptions.WhenFull.DROP_NEWEST);
  }

  private Spool open(SpoolOptions.WhenFull whenFull) throws IOException {
    return open(folder, whenFull);
  }

  private Spool open(Path directory, SpoolOptions.WhenFull whenFull) throws IOException {
    return Spool.open(
        new SpoolOptions(
            directory, SpoolOptions.LEAST_BYTES, SpoolOptions.Fsync.INTERVAL, whenFull),
        TOPIC,
        TopicFormat.AVRO,
        clockNs::get);
  }

  private static List<Delivery> events(int from, int to, int bytes) {
    List<Delivery> events = new ArrayList<>();
    for (int i = from; i < to; i++) {
      events.add(event(i, bytes));
    }
    return events;
  }

  private static Delivery event(int number, int bytes) {
    byte[] value = new byte[bytes];
    value[0] = (byte) number;
    return Delivery.event(
        new ProducerRecord<>(
            TOPIC,
            null,
            (long) number,
            "key".getBytes(UTF_8),
            value,
            List.of(new RecordHeader("name", "värde".getBytes(UTF_8)))));
  }

  private static int number(Delivery delivery) {
    return Math.toIntExact(delivery.event().timestamp());
  }

  private static List<Delivery> all(Spool spool) {
    List<Delivery> read = new ArrayList<>();
    for (Delivery next = spool.next(); next != null; next = spool.next()) {
      read.add(next);
    }
    return read;
  }

  private static List<Integer> numbers(Spool spool) {
    return all(spool).stream().map(SpoolTest::number).toList();
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".spool")).sorted().toList();
    }
  }

  private long onDisk() throws IOException {
    long bytes = 0;
    for (Path segment : segments()) {
      bytes += Files.size(segment);
    }
    return bytes;
  }

  /** A file system of memory over the folder. */
  private void mount(String options) throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name"))
            && run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString()) == 0,
        "SKIPPED LOUDLY: mounting a small tmpfs needs root");
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
