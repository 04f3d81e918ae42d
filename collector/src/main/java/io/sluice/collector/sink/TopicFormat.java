package io.sluice.collector.sink;

import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.event.RequestEvent;

/** How events are written to their topic. One thread. */
public interface TopicFormat {
  /** Avro's single-object encoding, which names the schema by its fingerprint. */
  String AVRO = "avro";

  /** Avro behind the number that a schema registry gave the schema. */
  String AVRO_REGISTRY = "avro-registry";

  /** The name in configuration, and in the header of records that are not {@link #AVRO}. */
  String name();

  /** Media type of one record. */
  String contentType();

  /** Whether records are of the schema of request events. */
  boolean isAvro();

  /**
   * The records from now on are of this capture file; formats without a place for it leave it out.
   */
  default void captureFile(String baseName) {}

  /**
   * @param id the event's own, as UTF-8, which a header holds too
   * @param communityId of its flow, as UTF-8, which is the key too
   */
  byte[] encode(RequestEvent event, byte[] id, byte[] communityId);

  static TopicFormat avro(String sensor) {
    return AvroEvents.singleObject(sensor);
  }

  /**
   * @param schemaId of the schema in the registry whose clients read the topic
   */
  static TopicFormat registryAvro(String sensor, int schemaId) {
    return AvroEvents.ofRegistry(sensor, schemaId);
  }

  static TopicFormat text(EventEncoding encoding) {
    return new TextEvents(encoding);
  }
}
