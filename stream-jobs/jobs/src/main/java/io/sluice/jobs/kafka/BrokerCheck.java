package io.sluice.jobs.kafka;

import io.sluice.jobs.JobOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the brokers for an answer before the jobs start: what they refuse would else be jobs that
 * restart for ever. Brokers that are away are no fault, the jobs wait for them.
 */
public final class BrokerCheck {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerCheck.class);
  private static final int LIMIT_MS = 10_000;

  private BrokerCheck() {}

  /**
   * @throws IllegalArgumentException where no later try could do better with the same settings
   */
  public static void run(JobOptions options) throws InterruptedException {
    Properties client = options.kafkaClient();
    client.setProperty("request.timeout.ms", String.valueOf(LIMIT_MS));
    client.setProperty("default.api.timeout.ms", String.valueOf(LIMIT_MS));
    try (Admin admin = Admin.create(client)) {
      admin.describeCluster().nodes().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthenticationException) {
        throw refused(options, e.getCause());
      }
      if (Stream.of(options.bootstrap().split(",")).anyMatch(BrokerCheck::takesConnections)) {
        // TLS where the client speaks plain text, or the other way round.
        throw refused(options, "it takes connections and gives no answer", e);
      }
      LOG.warn("No broker of {} answers; the jobs wait for one", options.bootstrap());
    } catch (KafkaException e) {
      throw refused(options, e);
    }
  }

  private static boolean takesConnections(String address) {
    String trimmed = address.strip();
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(Utils.getHost(trimmed), Utils.getPort(trimmed)), LIMIT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static IllegalArgumentException refused(JobOptions options, Throwable cause) {
    Throwable deepest = cause;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return refused(options, String.valueOf(deepest.getMessage()), cause);
  }

  private static IllegalArgumentException refused(JobOptions options, String why, Throwable cause) {
    return new IllegalArgumentException(
        "cannot reach Kafka at "
            + options.bootstrap()
            + ": "
            + why
            + "; correct kafka.client.security.protocol and the other settings kafka.client.*",
        cause);
  }
}
