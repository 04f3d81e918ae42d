package io.sluice.jobs.support;

import java.io.IOException;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * For trying a cluster by hand: a broker and a store, one live request and one heartbeat a second,
 * and every ten seconds what the store holds. Prints the job's arguments. Ends with its standard
 * input.
 */
public final class Playground {
  private Playground() {}

  public static void main(String[] args) throws Exception {
    try (LocalBroker broker = new LocalBroker();
        LocalStore store = new LocalStore();
        KafkaProducer<byte[], byte[]> producer = producer(broker)) {
      store.migrate();
      System.out.println(
          "--kafka.bootstrap "
              + broker.bootstrap()
              + " --store.url "
              + store.url()
              + " --store.user postgres --store.password postgres");
      for (int second = 0; !ended(); second++) {
        long now = System.currentTimeMillis();
        producer.send(
            Events.live(
                null, Events.event("e" + now, now, "host.example", "/" + second, "10.0.0.1", 200)));
        producer.flush();
        for (int partition = 0; partition < 4; partition++) {
          producer.send(Events.heartbeat(partition, "s1", now));
        }
        producer.flush();
        if (second % 10 == 9) {
          System.out.println(
              "sent "
                  + (second + 1)
                  + ", stored "
                  + store.query(
                      "SELECT window_seconds, sum(requests) FROM visible_totals GROUP BY 1 ORDER BY 1"));
        }
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  private static boolean ended() throws IOException {
    return System.in.available() > 0;
  }

  private static KafkaProducer<byte[], byte[]> producer(LocalBroker broker) {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", broker.bootstrap());
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
