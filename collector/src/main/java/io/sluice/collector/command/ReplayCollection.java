package io.sluice.collector.command;

import io.sluice.collector.capture.CaptureFile;
import io.sluice.collector.capture.CaptureFileException;
import io.sluice.collector.pipeline.PacketPipeline;
import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.collector.sink.DeliveryLedger;
import io.sluice.collector.sink.KafkaPublisher;
import io.sluice.collector.sink.KafkaSettings;
import io.sluice.collector.sink.KafkaSink;
import io.sluice.collector.sink.Replay;
import io.sluice.collector.sink.SinkCounter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.apache.kafka.common.KafkaException;
import tools.jackson.databind.json.JsonMapper;

/** One capture file to Kafka, as one attempt of the file's run. */
final class ReplayCollection {
  private static final int FRAMES_PER_POLL = 4096;
  private static final int HASH_BUFFER_BYTES = 1 << 18;
  private static final int RUN_DIGITS = 32;

  private final Path path;
  private final PipelineOptions options;
  private final KafkaSettings kafka;
  private final String sensor;
  private final Duration patience;
  private final DeliveryLedger ledger = new DeliveryLedger();

  ReplayCollection(
      Path path, PipelineOptions options, KafkaSettings kafka, String sensor, Duration patience) {
    this.path = path;
    this.options = options;
    this.kafka = kafka;
    this.sensor = sensor;
    this.patience = patience;
  }

  /** Returns the exit status: 1 where the file is damaged, though what is before it was sent. */
  int run() throws IOException, InterruptedException {
    try (CaptureFile file = CaptureFile.open(path)) {
      Replay replay = new Replay(runOf(path), newAttempt(), String.valueOf(path.getFileName()));
      try (KafkaSink sink = KafkaSink.open(kafka, sensor, replay, ledger)) {
        KafkaPublisher publisher = KafkaPublisher.start(sink);
        CaptureFileException damage = null;
        boolean drained = false;
        try {
          damage = send(file, sink);
        } finally {
          drained = publisher.stop(patience);
        }
        endReplay(sink, drained);
        System.out.println(
            JsonMapper.shared()
                .createObjectNode()
                .put("run", replay.run())
                .put("attempt", replay.attempt())
                .put("file", replay.file())
                .put("events", ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED)));
        if (damage != null) {
          System.err.println(damage.getMessage());
          return 1;
        }
        return 0;
      }
    }
  }

  private CaptureFileException send(CaptureFile file, KafkaSink sink) {
    PacketPipeline pipeline = new PacketPipeline(options, sink);
    CaptureFileException damage = null;
    Progress progress = new Progress(file);
    try {
      while (file.poll(pipeline, FRAMES_PER_POLL) > 0) {
        progress.update();
      }
    } catch (CaptureFileException e) {
      damage = e;
    } finally {
      progress.clear();
    }
    pipeline.finish();
    return damage;
  }

  private void endReplay(KafkaSink sink, boolean drained) {
    if (!drained || ledger.failed() > 0) {
      throw new CommandFailure(
          "cannot send "
              + path
              + " to Kafka at "
              + kafka.bootstrap()
              + ": "
              + (ledger.get(SinkCounter.EVENTS_EMITTED)
                  - ledger.get(SinkCounter.EVENTS_ACKNOWLEDGED))
              + " events were not acknowledged; check the broker and run it again");
    }
    try {
      sink.endReplay(patience);
    } catch (KafkaException e) {
      throw new CommandFailure(
          "cannot end the replay of "
              + path
              + " on Kafka at "
              + kafka.bootstrap()
              + ": "
              + e.getMessage()
              + "; check the broker and run it again",
          e);
    }
  }

  private static String runOf(Path path) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
    byte[] buffer = new byte[HASH_BUFFER_BYTES];
    try (InputStream input = Files.newInputStream(path)) {
      for (int got = input.read(buffer); got >= 0; got = input.read(buffer)) {
        digest.update(buffer, 0, got);
      }
    }
    return "file:" + HexFormat.of().formatHex(digest.digest()).substring(0, RUN_DIGITS);
  }

  private static String newAttempt() {
    byte[] random = new byte[4];
    new SecureRandom().nextBytes(random);
    return Instant.now() + "-" + HexFormat.of().formatHex(random);
  }
}
