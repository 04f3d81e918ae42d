package io.sluice.bench.stream;

import io.sluice.bench.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** How far the jobs have come, asked of those who know: broker, Flink, store, query service. */
final class Progress implements AutoCloseable {
  private final Services services;
  private final Admin admin;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Progress(Services services) {
    this.services = services;
    admin = Admin.create(Map.of("bootstrap.servers", services.bootstrap()));
  }

  /** Records before the newest checkpoint: its offsets are committed when it is complete. */
  long committed(String group) throws InterruptedException {
    try {
      return admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .values()
          .stream()
          .filter(offset -> offset != null)
          .mapToLong(offset -> offset.offset())
          .sum();
    } catch (ExecutionException e) {
      throw new Problem("cannot ask the broker for offsets: " + e.getCause() + "; see its log");
    }
  }

  /**
   * @param stateBytes all of it
   * @param newBytes what it wrote, the rest is of earlier ones
   */
  record Checkpoint(long stateBytes, long newBytes, long durationMs) {}

  /** The newest one; zeros where there is none. */
  Checkpoint checkpoint() throws IOException, InterruptedException {
    String job = json(services.flinkUrl() + "/jobs").path("jobs").path(0).path("id").asString("");
    JsonNode newest =
        json(services.flinkUrl() + "/jobs/" + job + "/checkpoints")
            .path("latest")
            .path("completed");
    return new Checkpoint(
        newest.path("state_size").asLong(0),
        newest.path("checkpointed_size").asLong(0),
        newest.path("end_to_end_duration").asLong(0));
  }

  JsonNode json(String url) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(60)).build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(url + " answers " + answer.statusCode() + ": " + answer.body());
    }
    return new ObjectMapper().readTree(answer.body());
  }

  interface Reader<T> {
    T read(ResultSet rows) throws SQLException;
  }

  <T> T sql(String query, Reader<T> reader) {
    try (Connection connection = DriverManager.getConnection(services.storeUrl());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return reader.read(rows);
    } catch (SQLException e) {
      throw new Problem("cannot ask the store: " + e.getMessage() + "; see its log");
    }
  }

  long number(String query) {
    return sql(query, rows -> rows.next() ? rows.getLong(1) : 0);
  }

  @Override
  public void close() {
    admin.close();
  }
}
