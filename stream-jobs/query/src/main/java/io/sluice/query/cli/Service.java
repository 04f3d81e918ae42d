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
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * The CLI's way to the query service. The plain old client of the JDK: it starts in a third of the
 * new one's time.
 */
final class Service {
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int READ_TIMEOUT_MS = 60_000;

  private final URI url;
  private final String purpose;
  private final String token;
  private final SSLSocketFactory sockets;

  /**
   * @param dataDir the instance's data folder
   * @param purpose verb and object for a failure, as in "query hosts"
   */
  Service(Path dataDir, String purpose) {
    InstanceSettings instance = InstanceSettings.read(dataDir, purpose);
    this.url = reachable(instance);
    this.purpose = purpose;
    this.token = instance.optional("query.token", null);
    String certificate = instance.optional("query.tls.certificate", null);
    this.sockets = certificate == null ? null : trusting(Path.of(certificate));
  }

  /** An address to listen on may be that of every interface; then the first name is asked. */
  private static URI reachable(InstanceSettings instance) {
    URI url = instance.queryUrl();
    String name = instance.optional("query.names", "").split(",")[0].strip();
    boolean isAny = "0.0.0.0".equals(url.getHost()) || "[::]".equals(url.getHost());
    return isAny && !name.isEmpty()
        ? URI.create(url.getScheme() + "://" + name + ":" + url.getPort())
        : url;
  }

  /** Whoever shows this certificate, or one that it signed, and no one else. */
  private SSLSocketFactory trusting(Path certificate) {
    try (InputStream in = Files.newInputStream(certificate)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int count = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("c" + count++, one);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (IOException | GeneralSecurityException e) {
      throw Failure.cannot(purpose, e, "correct query.tls.certificate");
    }
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
      // The token and the answers are for nobody between, and a proxy can't reach loopback.
      HttpURLConnection connection =
          (HttpURLConnection) target.toURL().openConnection(Proxy.NO_PROXY);
      if (connection instanceof HttpsURLConnection secure && sockets != null) {
        secure.setSSLSocketFactory(sockets);
      }
      if (token != null) {
        connection.setRequestProperty("Authorization", "Bearer " + token);
      }
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
