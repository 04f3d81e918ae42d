package io.sluice.query.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.query.InstanceSettings;
import io.sluice.query.TestService;
import io.sluice.query.TestStore;
import io.sluice.query.TestStore.Row;
import io.sluice.query.cli.QueryCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beyond this machine: over TLS and with a token, or not at all. */
class AccessIT {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final String PASSWORD = "changeit";

  @TempDir private static Path folder;
  private static KeyStore keys;
  private static TestStore store;
  private static TestService service;

  @BeforeAll
  static void start() throws Exception {
    keys = makeKeys();
    writePem("certificate.pem", "CERTIFICATE", keys.getCertificate("test").getEncoded());
    writePem("key.pem", "PRIVATE KEY", keys.getKey("test", PASSWORD.toCharArray()).getEncoded());
    store = TestStore.started(folder);
    settings("query.url=https://0.0.0.0:0", "query.names=localhost,sluice.example");
    service = new TestService(store, Access.of(InstanceSettings.read(folder, "serve"))).await(true);
    store.write(Row.live("2026-11-21T01:00:00Z", "a.example", "GET", 2).counting(23, 1));
  }

  @AfterAll
  static void stop() throws Exception {
    service.close();
    store.close();
  }

  private static KeyStore makeKeys() throws Exception {
    Path file = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                "-genkeypair",
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-dname",
                "CN=sluice.example",
                "-ext",
                "SAN=dns:localhost,dns:sluice.example",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
  }

  private static void writePem(String name, String what, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }

  private static void settings(String... lines) throws IOException {
    List<String> all =
        Stream.concat(
                Stream.of(lines),
                Stream.of(
                    "query.token=" + TOKEN,
                    "query.tls.certificate=" + folder.resolve("certificate.pem"),
                    "query.tls.key=" + folder.resolve("key.pem")))
            .toList();
    Files.write(folder.resolve("instance.properties"), all);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://0.0.0.0:1 | '' | it is plain HTTP; use https as query.url, or http://127.0.0.1",
        "http://192.0.2.1:1 | '' | it is plain HTTP; use https as query.url, or http://127.0.0.1",
        "http://[::]:1 | '' | it is plain HTTP; use https as query.url, or http://127.0.0.1",
        "https://0.0.0.0:1 | '' | there is no query.token; set one of 32 or more characters",
        "https://0.0.0.0:1 | query.token=0123456789abcdef | query.token is too short, or not of visible ASCII; use 32 or more characters, as `openssl rand -hex 16` gives",
        "https://0.0.0.0:1 | query.token=0123456789abcdef0123456789abcdef | there is no query.tls.certificate; name a PEM file, or use http://127.0.0.1",
        "https://127.0.0.1:1 | '' | there is no query.tls.certificate; name a PEM file, or use http://127.0.0.1",
        "ftp://127.0.0.1:1 | '' | it is no address; use http://127.0.0.1:PORT as query.url",
      })
  void shouldNotStartWithoutProtection(String url, String line, String why, @TempDir Path other)
      throws Exception {
    Files.write(other.resolve("instance.properties"), List.of("query.url=" + url, line));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertThat(QueryCommand.run("serve", "--data-dir", other.toString())).isEqualTo(1);
    } finally {
      System.setErr(before);
    }
    assertThat(said.toString(StandardCharsets.UTF_8))
        .isEqualTo("cannot serve queries at " + url + ": " + why + "\n");
  }

  @Test
  void shouldAnswerWhoHasTheTokenAlone() throws Exception {
    assertThat(status("/api/v1/hosts", "Bearer " + TOKEN)).isEqualTo(200);
    assertThat(status("/api/v1/hosts", "bearer " + TOKEN)).isEqualTo(200);
    assertThat(status("/", basic("anybody:" + TOKEN))).isEqualTo(200);
    for (String wrong :
        new String[] {
          null,
          "",
          "Bearer",
          "Bearer " + TOKEN.substring(1),
          "Bearer " + TOKEN + "0",
          "Basic !",
          basic(TOKEN + ":"),
          basic("anybody:" + TOKEN + ":")
        }) {
      for (String path : List.of("/", "/api/v1/hosts", "/openapi.yaml", "/nothing")) {
        assertThat(status(path, wrong)).as("%s with %s", path, wrong).isEqualTo(401);
      }
    }
    HttpsURLConnection asked = connection("/", null);
    assertThat(asked.getHeaderField("WWW-Authenticate")).startsWith("Basic realm=\"Sluice\"");
    assertThat(status("/healthz", null)).isEqualTo(200);
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static int status(String path, String authorization) throws Exception {
    return connection(path, authorization).getResponseCode();
  }

  private static HttpsURLConnection connection(String path, String authorization) throws Exception {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("test", keys.getCertificate("test"));
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    URI url = URI.create("https://localhost:" + service.url("").getPort() + path);
    HttpsURLConnection connection = (HttpsURLConnection) url.toURL().openConnection();
    connection.setSSLSocketFactory(context.getSocketFactory());
    if (authorization != null) {
      connection.setRequestProperty("Authorization", authorization);
    }
    return connection;
  }

  @Test
  void shouldBeAskedByTheCommandLine() throws Exception {
    settings(
        "query.url=https://0.0.0.0:" + service.url("").getPort(),
        "query.names=localhost,sluice.example");
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      int status = QueryCommand.run("hosts", "--csv", "--data-dir", folder.toString());
      assertThat(status).isEqualTo(0);
    } finally {
      System.setOut(before);
    }
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("a.example,23,1,");
  }
}
