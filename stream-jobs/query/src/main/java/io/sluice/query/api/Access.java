package io.sluice.query.api;

import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import io.sluice.query.Failure;
import io.sluice.query.InstanceSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where the service listens, and whom it answers. Who can reach it can read all that was seen: so
 * beyond this machine it wants to be asked over TLS and with a token.
 *
 * @param url where it listens
 * @param names by which it may be asked, in lower case and without ports
 * @param token null where none is wanted
 * @param tls null for plain HTTP
 */
public record Access(URI url, Set<String> names, String token, Tls tls) {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final String CERTIFICATE = "query.tls.certificate";
  private static final String KEY = "query.tls.key";

  /** Shorter ones could be guessed; 32 hexadecimal digits are 128 bits. */
  private static final int LEAST_TOKEN = 32;

  public Access {
    names = Set.copyOf(names);
  }

  /** Plain HTTP on this machine alone. */
  public static Access loopback(URI url) {
    return new Access(url, LOOPBACK, null, null);
  }

  /**
   * @throws Failure where the address is beyond this machine and something that protects it is
   *     missing
   */
  public static Access of(InstanceSettings instance) {
    URI url = instance.queryUrl();
    String purpose = "serve queries at " + url;
    boolean secure = "https".equals(url.getScheme());
    if (url.getHost() == null || url.getPort() < 0 || !(secure || "http".equals(url.getScheme()))) {
      throw Failure.cannot(purpose, "it is no address", "use http://127.0.0.1:PORT as query.url");
    }
    String token = instance.optional("query.token", null);
    if (!isLoopback(url)) {
      require(purpose, secure, "it is plain HTTP", "use https as query.url, or http://127.0.0.1");
      require(
          purpose, token != null, "there is no query.token", "set one of 32 or more characters");
    }
    require(
        purpose,
        token == null || token.matches("[!-~]{" + LEAST_TOKEN + ",1024}"),
        "query.token is too short, or not of visible ASCII",
        "use 32 or more characters, as `openssl rand -hex 16` gives");
    Set<String> names = new HashSet<>(LOOPBACK);
    names.add(url.getHost().toLowerCase(Locale.ROOT));
    for (String name : instance.optional("query.names", "").split(",")) {
      names.add(name.strip().toLowerCase(Locale.ROOT));
    }
    names.remove("");
    return new Access(url, names, token, secure ? tls(instance, purpose) : null);
  }

  private static void require(String purpose, boolean met, String why, String remedy) {
    if (!met) {
      throw Failure.cannot(purpose, why, remedy);
    }
  }

  private static boolean isLoopback(URI url) {
    try {
      return InetAddress.getByName(url.getHost().replaceAll("[\\[\\]]", "")).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static Tls tls(InstanceSettings instance, String purpose) {
    Path certificate = file(instance, CERTIFICATE, purpose);
    Path key = file(instance, KEY, purpose);
    try {
      Keys keys =
          Keys.builder()
              .pem(pem -> pem.key(Resource.create(key)).certChain(Resource.create(certificate)))
              .build();
      return Tls.builder()
          .privateKey(keys.privateKey().orElseThrow())
          .privateKeyCertChain(keys.certChain())
          .enabledProtocols(List.of("TLSv1.3", "TLSv1.2"))
          .build();
    } catch (RuntimeException e) {
      throw Failure.cannot(
          purpose, e, "give PEM files: the chain, and its key as PKCS#8 without a password");
    }
  }

  private static Path file(InstanceSettings instance, String key, String purpose) {
    String path = instance.optional(key, null);
    require(
        purpose, path != null, "there is no " + key, "name a PEM file, or use http://127.0.0.1");
    Path file = Path.of(path);
    require(purpose, Files.isReadable(file), key + " " + file + " can't be read", "correct it");
    return file;
  }

  String scheme() {
    return tls == null ? "http" : "https";
  }
}
