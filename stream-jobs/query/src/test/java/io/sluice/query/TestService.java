package io.sluice.query;

import io.sluice.query.api.Access;
import io.sluice.query.api.QueryServer;
import io.sluice.query.store.Housekeeping;
import io.sluice.query.store.Replays;
import io.sluice.query.store.Retention;
import io.sluice.query.store.RollUps;
import io.sluice.query.store.Store;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * The query service within the test, over a {@link TestStore}, as {@code serve} puts it together.
 */
public final class TestService implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TestStore testStore;
  private final Store store;
  private final Housekeeping housekeeping;
  private final QueryServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  public TestService(TestStore testStore) {
    this(testStore, Access.loopback(URI.create("http://127.0.0.1:0")));
  }

  public TestService(TestStore testStore, Access access) {
    this.testStore = testStore;
    store = new Store(testStore.settings());
    Replays replays = new Replays(store);
    Duration forEver = Duration.ofDays(36_500);
    Retention.Limits limits = TestStore.limits(forEver, Long.MAX_VALUE, forEver, Long.MAX_VALUE);
    housekeeping =
        new Housekeeping(store, replays, new Retention(store, limits), new RollUps(store, limits));
    server = new QueryServer(access, store, testStore.settings(), replays, housekeeping);
    server.start();
    housekeeping.start();
  }

  /** Returns when it is as wanted; the test fails where it doesn't become so. */
  public TestService await(boolean ready) {
    Instant limit = Instant.now().plus(LIMIT);
    while (housekeeping.isReady() != ready) {
      if (Instant.now().isAfter(limit)) {
        throw new AssertionError(
            "the service is not " + (ready ? "ready: " + housekeeping.trouble() : "in trouble"));
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return this;
  }

  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  public HttpResponse<String> get(String path, String... headers) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(url(path));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  public HttpResponse<String> sql(String text) throws IOException {
    return send(
        HttpRequest.newBuilder(url("/api/v1/sql"))
            .header("Content-Type", "application/sql")
            .POST(HttpRequest.BodyPublishers.ofString(text)));
  }

  public HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** A data folder as {@code up} leaves one, for the command line. */
  public void writeInstance(Path dataDir) throws IOException {
    Files.writeString(
        dataDir.resolve("instance.properties"),
        "query.url=" + url("") + "\nstore.url=" + testStore.settings().url() + "\n");
  }

  @Override
  public void close() {
    server.close();
    housekeeping.close();
    store.close();
    client.close();
  }
}
