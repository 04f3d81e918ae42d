package io.sluice.jobs.kafka;

/**
 * A record says how long its texts are before they come. Without a bound, twelve bytes could ask
 * for two gigabytes of memory.
 */
final class AvroLimits {
  private AvroLimits() {}

  /** Must run before Avro's first record is read in this class loader; a set limit is kept. */
  static void set() {
    setIfAbsent("org.apache.avro.limits.string.maxLength", 1 << 20);
    setIfAbsent("org.apache.avro.limits.bytes.maxLength", 1 << 20);
    setIfAbsent("org.apache.avro.limits.collectionItems.maxLength", 1 << 12);
  }

  private static void setIfAbsent(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(value));
    }
  }
}
