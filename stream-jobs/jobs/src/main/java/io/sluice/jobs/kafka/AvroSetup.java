package io.sluice.jobs.kafka;

import io.sluice.schemas.RequestEvent;
import org.apache.avro.util.ClassSecurityValidator;

/** What Avro needs to be told before it reads a record; for this class loader. */
final class AvroSetup {
  static final int MAX_TEXT_BYTES = 1 << 20;
  static final int MAX_ITEMS = 1 << 12;

  private AvroSetup() {}

  /** May be called again and by several threads. A limit that is set already is kept. */
  static synchronized void apply() {
    // A record says how long its texts are before they come: without a bound, twelve bytes could
    // ask for two gigabytes of memory.
    setIfAbsent("org.apache.avro.limits.string.maxLength", MAX_TEXT_BYTES);
    setIfAbsent("org.apache.avro.limits.bytes.maxLength", MAX_TEXT_BYTES);
    setIfAbsent("org.apache.avro.limits.collectionItems.maxLength", MAX_ITEMS);
    Package ours = RequestEvent.class.getPackage();
    ClassSecurityValidator.ClassSecurityPredicate others = ClassSecurityValidator.getGlobal();
    if (!others.isTrusted(RequestEvent.class)) {
      ClassSecurityValidator.setGlobal(
          type -> ours.equals(type.getPackage()) || others.isTrusted(type));
    }
  }

  private static void setIfAbsent(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(value));
    }
  }
}
