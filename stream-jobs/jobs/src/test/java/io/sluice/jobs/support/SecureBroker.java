package io.sluice.jobs.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;

/**
 * A broker as a process of its own that answers over TLS alone, with a certificate of its own
 * making, and nobody without a password (SCRAM).
 */
public final class SecureBroker implements AutoCloseable {
  public static final String PASSWORD = "a-password-that-no-log-may-hold";
  private static final String MECHANISM = "SCRAM-SHA-512";
  private static final String USER = "jobs";
  private static final String KEYS_PASSWORD = "changeit";

  private final Path directory;
  private final Process process;
  private final String bootstrap = "127.0.0.1:" + LocalBroker.freePort();

  /**
   * @param directory for keys, logs and data
   */
  public SecureBroker(Path directory) throws Exception {
    this.directory = directory;
    Files.createDirectories(directory);
    makeKeys();
    int controllerPort = LocalBroker.freePort();
    TreeMap<String, String> settings = new TreeMap<>();
    settings.put("node.id", "1");
    settings.put("process.roles", "broker,controller");
    settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put(
        "listeners", "SASL_SSL://" + bootstrap + ",CONTROLLER://127.0.0.1:" + controllerPort);
    settings.put("listener.security.protocol.map", "SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT");
    settings.put("advertised.listeners", "SASL_SSL://" + bootstrap);
    settings.put("security.inter.broker.protocol", "SASL_SSL");
    settings.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
    settings.put("sasl.enabled.mechanisms", MECHANISM);
    settings.put("listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config", login(PASSWORD));
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.keystore.location", keys().toString());
    settings.put("ssl.keystore.password", KEYS_PASSWORD);
    settings.put("ssl.truststore.type", "PEM");
    settings.put("ssl.truststore.location", certificate().toString());
    settings.put("log.dirs", data().toString());
    settings.put("auto.create.topics.enable", "false");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    BrokerProcess.write(directory, "broker", settings);
    LocalBroker.format(
        data(),
        Uuid.randomUuid().toString(),
        1,
        List.of(MECHANISM + "=[name=" + USER + ",password=" + PASSWORD + "]"));
    process = BrokerProcess.start(directory, "broker");
    try {
      BrokerProcess.await(client(), 1, directory);
      LocalBroker.createTopics(client(), (short) 1);
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  public String bootstrap() {
    return bootstrap;
  }

  /** What a client needs. */
  public Map<String, String> client() throws IOException {
    return client(PASSWORD);
  }

  public Map<String, String> client(String password) throws IOException {
    return Map.of(
        "bootstrap.servers",
        bootstrap,
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        MECHANISM,
        "sasl.jaas.config",
        login(password),
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.certificates",
        Files.readString(certificate()));
  }

  private static String login(String password) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
        + USER
        + "\" password=\""
        + password
        + "\";";
  }

  private Path data() {
    return directory.resolve("data");
  }

  private Path keys() {
    return directory.resolve("keys.p12");
  }

  private Path certificate() {
    return directory.resolve("certificate.pem");
  }

  private void makeKeys() throws IOException, InterruptedException {
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=broker", "-ext", "SAN=ip:127.0.0.1");
    keytool("-exportcert", "-rfc", "-file", certificate().toString());
  }

  private void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Jdks.current().resolveSibling("keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "-alias",
            "broker",
            "-storetype",
            "PKCS12",
            "-keystore",
            keys().toString(),
            "-storepass",
            KEYS_PASSWORD));
    Path log = directory.resolve("keytool.log");
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IOException("keytool made no keys; see " + log);
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
