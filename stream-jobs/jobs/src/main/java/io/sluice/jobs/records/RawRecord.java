package io.sluice.jobs.records;

/**
 * A record as it came from Kafka, on its way to the topic of malformed or late ones.
 *
 * @param timestampMs the record's Kafka timestamp
 * @param key null where the record had none
 * @param value null where the record had none
 * @param type the {@code ce_type} header, null where missing
 * @param sensor the {@code sluice-sensor} header, null where missing
 * @param reason short and from a closed list: an error class, {@code late} or {@code future}
 * @param message for people; null where the reason says all
 */
public record RawRecord(
    Origin origin,
    long timestampMs,
    byte[] key,
    byte[] value,
    String type,
    String sensor,
    String reason,
    String message) {

  public RawRecord because(String newReason) {
    return new RawRecord(origin, timestampMs, key, value, type, sensor, newReason, null);
  }
}
