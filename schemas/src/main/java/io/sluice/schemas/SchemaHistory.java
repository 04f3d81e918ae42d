package io.sluice.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.SchemaStore;

/**
 * Every version of our records that was ever sent, oldest first. A decoder that is given this reads
 * what an earlier version has left in a topic or in a spool. Any thread.
 */
public final class SchemaHistory implements SchemaStore {
  /** The records that are or were sent; the names of the folders in {@code schemas/history}. */
  public static final List<String> RECORDS =
      List.of(
          "RequestEvent",
          "Heartbeat",
          "ReplayEnd",
          "RequestStatistics",
          "GroupStatistics",
          "HostStatistics",
          "SensorHealth");

  public static final SchemaHistory INSTANCE = new SchemaHistory();

  private final Map<String, List<Schema>> versions = new HashMap<>();
  private final Map<Long, Schema> byFingerprint = new HashMap<>();

  private SchemaHistory() {
    for (String record : RECORDS) {
      List<Schema> found = new ArrayList<>();
      for (Schema schema = read(record, 1); schema != null; ) {
        found.add(schema);
        byFingerprint.put(fingerprint(schema), schema);
        schema = read(record, found.size() + 1);
      }
      versions.put(record, List.copyOf(found));
    }
  }

  /**
   * Oldest first; the last one is the present.
   *
   * @param record one of {@link #RECORDS}
   */
  public List<Schema> versions(String record) {
    return versions.get(record);
  }

  /** Null where it is none of ours. */
  @Override
  public Schema findByFingerprint(long fingerprint) {
    return byFingerprint.get(fingerprint);
  }

  /** CRC-64-AVRO of the schema's parsing canonical form, as single-object encoding carries it. */
  public static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  /** As in the record header {@code sluice-schema} and the keys of the schemas' topic. */
  public static String text(long fingerprint) {
    return String.format("%016x", fingerprint);
  }

  private static Schema read(String record, int version) {
    String name = "history/" + record + "/" + version + ".avsc";
    try (InputStream input = SchemaHistory.class.getResourceAsStream(name)) {
      return input == null ? null : new Schema.Parser(NameValidator.UTF_VALIDATOR).parse(input);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
