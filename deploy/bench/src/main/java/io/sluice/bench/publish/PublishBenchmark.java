package io.sluice.bench.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.bench.Problem;
import io.sluice.bench.stream.Services;
import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.sink.KafkaRecords;
import io.sluice.collector.sink.KafkaSettings;
import io.sluice.standalone.DiskBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Events per second from memory to the broker's acknowledgement, beside {@code
 * kafka-producer-perf-test}: the same broker, a process each, the same client settings, and
 * payloads that have the size of our records (key and headers too) and compress as they do. Between
 * the two stands the client with our records ready-made: it takes them header by header.
 */
public final class PublishBenchmark {
  private static final int PARTITIONS = 4;
  private static final Pattern RATE = Pattern.compile("([0-9.]+) records/sec");

  /** What the peer names itself, or must not have: it stops where it once waits too long. */
  private static final Set<String> NOT_SHARED =
      Set.of(
          "bootstrap.servers", "client.id", "key.serializer", "value.serializer", "max.block.ms");

  private final Path folder;
  private final int events;
  private final int runs;
  private final int rate;
  private final int seconds;
  private final PrintStream out;

  public PublishBenchmark(
      Path folder, int events, int runs, int rate, int seconds, PrintStream out) {
    this.folder = folder.toAbsolutePath();
    this.events = events;
    this.runs = runs;
    this.rate = rate;
    this.seconds = seconds;
    this.out = out;
  }

  public void run() throws Exception {
    Path data = folder.resolve("publish");
    Services.delete(data);
    try (Services services = new Services(data, new DiskBudget(DiskBudget.DEFAULT_BYTES * 4))) {
      services.startBroker();
      String bootstrap = services.bootstrap();
      double bytes = writePayloads(payloads());
      List<Double> ours = new ArrayList<>();
      List<Double> client = new ArrayList<>();
      List<Double> theirs = new ArrayList<>();
      for (int i = 0; i < runs; i++) {
        ours.add(rate(inFreshTopic(bootstrap, "ours-" + i, load("max"))));
        client.add(rate(inFreshTopic(bootstrap, "client-" + i, load("client"))));
        theirs.add(rate(inFreshTopic(bootstrap, "theirs-" + i, this::perfTest)));
      }
      out.printf(
          Locale.ROOT,
          "%,d records of %.0f bytes on average (key and headers too), median of %d:%n",
          events,
          bytes,
          runs);
      out.printf(
          Locale.ROOT,
          "sluice %,.0f/s, the client alone with the same records %,.0f/s,"
              + " kafka-producer-perf-test %,.0f/s: %.2f times its rate%n",
          median(ours),
          median(client),
          median(theirs),
          median(ours) / median(theirs));
      out.print(
          inFreshTopic(
              bootstrap, "delays", (server, topic) -> sink(server, topic, "rate", rate, seconds)));
    } finally {
      Services.delete(data);
    }
  }

  private interface Load {
    List<String> command(String bootstrap, String topic);
  }

  private Load load(String how) {
    return (server, topic) -> sink(server, topic, how, events, events / 4);
  }

  private List<String> sink(String bootstrap, String topic, String how, int first, int second) {
    return java(
        SinkLoad.class.getName(),
        bootstrap,
        topic,
        folder.resolve("publish").resolve("spool").toString(),
        how,
        Integer.toString(first),
        Integer.toString(second));
  }

  private List<String> perfTest(String bootstrap, String topic) {
    List<String> command =
        java(
            "org.apache.kafka.tools.ProducerPerformance",
            "--bootstrap-server",
            bootstrap,
            "--topic",
            topic,
            "--num-records",
            Integer.toString(events),
            "--warmup-records",
            Integer.toString(events / 4),
            "--throughput",
            "-1",
            "--payload-file",
            payloads().toString(),
            "--command-property");
    KafkaSettings settings =
        new KafkaSettings(bootstrap, topic, KafkaSettings.DEFAULT_QUEUE_CAPACITY, Map.of(), null);
    settings
        .producerProperties(SinkLoad.SENSOR)
        .forEach((name, value) -> {
          if (!NOT_SHARED.contains(name)) {
            command.add(name + "=" + value);
          }
        });
    return command;
  }

  private static List<String> java(String... mainAndArguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(mainAndArguments));
    return command;
  }

  private String inFreshTopic(String bootstrap, String topic, Load load) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1))).all().get();
      String said = run(load.command(bootstrap, topic));
      admin.deleteTopics(List.of(topic)).all().get();
      return said;
    }
  }

  private String run(List<String> command) throws IOException, InterruptedException {
    Path errors = folder.resolve("publish.stderr.txt");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new Problem(
          "cannot measure: %s ended with %d; see %s"
              .formatted(command.get(command.indexOf("-cp") + 2), status, errors));
    }
    return said;
  }

  /** The last that it tells: of all records, or of those behind the warm-up. */
  private static double rate(String said) {
    Matcher matcher = RATE.matcher(said);
    double last = 0;
    while (matcher.find()) {
      last = Double.parseDouble(matcher.group(1));
    }
    if (last == 0) {
      throw new Problem("cannot measure: no rate in: " + said + "; this is a fault of the program");
    }
    return last;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get((sorted.size() - 1) / 2);
  }

  private Path payloads() {
    return folder.resolve("payloads.txt");
  }

  /**
   * A line each, of our records' bytes. The peer reads text: what is none is made so, byte by byte.
   *
   * @return bytes of one, on average
   */
  private static double writePayloads(Path file) throws IOException {
    KafkaRecords records = new KafkaRecords("any", SinkLoad.SENSOR, null, Clock.systemUTC());
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    RequestEvent[] pool = SinkLoad.pool();
    for (RequestEvent event : pool) {
      ProducerRecord<byte[], byte[]> record = records.event(event);
      lines.writeBytes(text(record.key()));
      for (Header header : record.headers()) {
        lines.writeBytes(text(header.key().getBytes(UTF_8)));
        lines.writeBytes(text(header.value()));
      }
      lines.writeBytes(text(record.value()));
      lines.write('\n');
    }
    Files.write(file, lines.toByteArray());
    return (double) lines.size() / pool.length - 1;
  }

  private static byte[] text(byte[] bytes) {
    byte[] text = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      int low = bytes[i] & 0x7f;
      text[i] = (byte) (low < ' ' ? low + ' ' : low);
    }
    return text;
  }
}
