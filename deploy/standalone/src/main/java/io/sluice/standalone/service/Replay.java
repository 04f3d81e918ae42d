package io.sluice.standalone.service;

import io.sluice.standalone.Instance;
import io.sluice.standalone.Problem;
import io.sluice.standalone.runit.Supervisor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Follows a capture file from the collector to the store. */
public final class Replay {
  private final Instance instance;
  private final Supervisor supervisor;
  private Collector.Sent sent;

  public Replay(Instance instance, Supervisor supervisor) {
    this.instance = instance;
    this.supervisor = supervisor;
  }

  /**
   * How it ended.
   *
   * @param events that can be queried
   * @param complaint of the collector about the file; empty where all of it was read
   */
  public record Outcome(long events, String complaint) {}

  /** What it waits for, or null when the collector has sent everything and has ended. */
  public String awaitSent() {
    final Optional<Integer> ended = supervisor.ended(Collector.NAME);
    // Below zero: it was killed, and runit has it start over.
    if (ended.isEmpty() || ended.get() < 0) {
      return "the collector";
    }
    try {
      sent = Collector.sent(instance.dir());
    } catch (IOException e) {
      throw new Problem(
          complaint().orElse("cannot read the file: the collector ended with " + ended.get()), e);
    }
    return null;
  }

  /** What it waits for, or null when the query service shows the replay. */
  public String awaitPromoted() {
    final Optional<String> answer =
        Probe.get(
            "%s/api/v1/replays/%s/%s"
                .formatted(instance.get("query.url"), sent.run(), sent.attempt()));
    if (answer.isEmpty()) {
      return "the query service";
    }
    final JsonNode replay = new ObjectMapper().readTree(answer.get());
    return replay.path("promoted").asBoolean(false)
        ? null
        : "%,d of %,d requests".formatted(replay.path("stored").asLong(), sent.events());
  }

  public Outcome outcome() {
    final int status = supervisor.ended(Collector.NAME).orElse(0);
    return new Outcome(
        sent.events(), status == 0 ? "" : complaint().orElse("the collector ended with " + status));
  }

  /** The last line that the collector has logged, without the log's time stamp. */
  private Optional<String> complaint() {
    final Path log = instance.dir().log(Collector.NAME).resolve("current");
    try {
      final List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      return lines.isEmpty()
          ? Optional.empty()
          : Optional.of(lines.getLast().replaceFirst("^\\S+ (sluice: )?", ""));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
