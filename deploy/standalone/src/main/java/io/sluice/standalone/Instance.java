package io.sluice.standalone;

import io.sluice.schemas.InstanceKeys;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;

/**
 * The addresses and passwords of one instance, in {@code instance.properties}: what the commands
 * and services need to find each other. Written (mode 0600) before any service starts.
 */
public final class Instance {
  private static final SecureRandom RANDOM = new SecureRandom();
  // A unix socket's path has at most 107 bytes.
  private static final int MAX_SOCKET_PATH_BYTES = 100;

  private final DataDir dir;
  private final Properties values;

  private Instance(DataDir dir, Properties values) {
    this.dir = dir;
    this.values = values;
  }

  /** The instance that was last started in this folder. */
  public static Instance load(DataDir dir) {
    if (!Files.exists(dir.properties())) {
      throw new Problem(
          "cannot find an instance in " + dir.root() + ": none was started there; run sluice up");
    }
    return new Instance(dir, read(dir.properties()));
  }

  /**
   * Settles ports and passwords: what an earlier start chose is kept, but for ports that others
   * have taken since.
   */
  public static Instance settle(DataDir dir, DiskBudget budget) {
    final Instance it =
        new Instance(
            dir, Files.exists(dir.properties()) ? read(dir.properties()) : new Properties());
    it.keepOr("id", randomHex(4));
    it.keepOr("sensor", hostName());
    it.keepOr("store.user", "sluice");
    it.keepOr("store.password", randomHex(16));
    it.keepOr("store.reader.user", "sluice_reader");
    it.keepOr("store.reader.password", randomHex(16));
    final Ports ports = new Ports();
    it.values.setProperty(
        "kafka.bootstrap", "127.0.0.1:" + ports.take(it.port("kafka.bootstrap", 19092)));
    it.values.setProperty(
        "kafka.controller", "127.0.0.1:" + ports.take(it.port("kafka.controller", 19093)));
    it.values.setProperty(
        "flink.rest", "http://127.0.0.1:" + ports.take(it.port("flink.rest", 18081)));
    it.values.setProperty(
        "collector.metrics", "127.0.0.1:" + ports.take(it.port("collector.metrics", 19095)));
    it.values.setProperty("flink.rpc", "127.0.0.1:" + ports.take(it.port("flink.rpc", 18082)));
    it.values.setProperty(
        "query.url", "http://127.0.0.1:" + ports.take(it.port("query.url", 18080)));
    it.values.setProperty(
        "store.url",
        "jdbc:postgresql://127.0.0.1:" + ports.take(it.port("store.url", 15432)) + "/sluice");
    it.values.setProperty("disk.mib", String.valueOf(budget.totalBytes() / DiskBudget.MIB));
    it.values.setProperty("store.mib", String.valueOf(budget.storeTableBytes() / DiskBudget.MIB));
    it.values.setProperty("collector.socket", it.socketPath().toString());
    it.save();
    return it;
  }

  private void save() {
    final StringWriter text = new StringWriter();
    text.write("# Written by sluice up; read by every command and service of this instance.\n");
    values.stringPropertyNames().stream()
        .sorted()
        .forEach(key -> text.write(key + "=" + escape(values.getProperty(key)) + "\n"));
    DataDir.write(dir.properties(), text.toString(), "rw-------");
  }

  private static String escape(String value) {
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static Properties read(Path file) {
    final Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    InstanceKeys.fault(file, properties.stringPropertyNames())
        .ifPresent(fault -> {
          throw new Problem(fault);
        });
    return properties;
  }

  private void keepOr(String key, String fresh) {
    if (values.getProperty(key, "").isEmpty()) {
      values.setProperty(key, fresh);
    }
  }

  private static String randomHex(int bytes) {
    final byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private Path socketPath() {
    final Path inside = dir.run().resolve("collector.sock");
    if (inside.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_SOCKET_PATH_BYTES) {
      return inside;
    }
    return Path.of("/tmp", "sluice-" + id(), "collector.sock");
  }

  public DataDir dir() {
    return dir;
  }

  /**
   * Eight hexadecimal digits, in the command line of each process and the name of each namespace.
   */
  public String id() {
    return get("id");
  }

  public String get(String key) {
    final String value = values.getProperty(key);
    if (value == null) {
      throw new Problem(
          "cannot read " + dir.properties() + ": it has no " + key + "; run sluice up again");
    }
    return value;
  }

  public DiskBudget diskBudget() {
    return new DiskBudget(Long.parseLong(get("disk.mib")) * DiskBudget.MIB);
  }

  /** The port in an address of the file, or the default where there is none yet. */
  public int port(String key, int otherwise) {
    final String address = values.getProperty(key);
    if (address == null) {
      return otherwise;
    }
    final String afterColon = address.substring(address.lastIndexOf(':') + 1);
    final int slash = afterColon.indexOf('/');
    return Integer.parseInt(slash < 0 ? afterColon : afterColon.substring(0, slash));
  }

  public int port(String key) {
    get(key);
    return port(key, 0);
  }
}
