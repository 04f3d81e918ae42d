package io.sluice.query.cli;

import io.sluice.query.Failure;
import io.sluice.query.InstanceSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The CLI's way to the query service. The plain old client of the JDK: it starts in a third of the
 * new one's time.
 */
final class Service {
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int READ_TIMEOUT_MS = 60_000;

  private final URI url;
  private final String purpose;

  /**
   * @param dataDir the instance's data folder
   * @param purpose verb and object for a failure, as in "query hosts"
   */
  Service(Path dataDir, String purpose) {
    this.url = InstanceSettings.read(dataDir, purpose).queryUrl();
    this.purpose = purpose;
  }

  /**
   * @param body the text of the answer
   * @param cut true where the answer is longer than what is given out
   */
  record Answer(String body, boolean cut) {}

  /** Gets {@code path} with the parameters that are not null. */
  Answer get(String path, Map<String, String> parameters) {
    return send(path, parameters, null);
  }

  /** The same with a statement as the request's body. */
  Answer post(String path, Map<String, String> parameters, String sql) {
    return send(path, parameters, sql);
  }

  private Answer send(String path, Map<String, String> parameters, String sql) {
    String query =
        parameters.entrySet().stream()
            .filter(p -> p.getValue() != null)
            .map(p -> p.getKey() + "=" + URLEncoder.encode(p.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    try {
      URI target = url.resolve(path + (query.isEmpty() ? "" : "?" + query));
      // Loopback: a proxy that the environment names can't reach it.
      HttpURLConnection connection =
          (HttpURLConnection) target.toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
      connection.setReadTimeout(READ_TIMEOUT_MS);
      connection.setRequestProperty("Accept", "application/json, text/csv, text/plain");
      if (sql != null) {
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/sql; charset=utf-8");
        try (OutputStream out = connection.getOutputStream()) {
          out.write(sql.getBytes(StandardCharsets.UTF_8));
        }
      }
      return read(connection);
    } catch (ConnectException e) {
      throw Failure.cannot(purpose, "nothing answers at " + url, "run `sluice up`");
    } catch (IOException | IllegalArgumentException e) {
      throw Failure.cannot(purpose, e, "see `sluice status`");
    }
  }

  private static Answer read(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      String body = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      if (status != 200) {
        // The service says it in one line and in our form already.
        throw Failure.said(body.isBlank() ? "cannot answer: status " + status : body.strip());
      }
      return new Answer(body, "true".equals(connection.getHeaderField("Sluice-Cut")));
    }
  }
}
