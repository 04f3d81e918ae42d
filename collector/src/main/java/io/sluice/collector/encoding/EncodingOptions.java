package io.sluice.collector.encoding;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;

/**
 * What an encoding says beside the event.
 *
 * @param sensor name of this sensor
 * @param productVersion version of Sluice
 * @param zone time zone of formats that write local time (combined)
 * @param fields columns of formats that have a choice (tsv)
 */
public record EncodingOptions(
    String sensor, String productVersion, ZoneId zone, List<EventField> fields) {
  public EncodingOptions {
    Objects.requireNonNull(sensor, "sensor");
    Objects.requireNonNull(productVersion, "productVersion");
    Objects.requireNonNull(zone, "zone");
    fields = List.copyOf(fields);
  }

  /** The default columns. */
  public EncodingOptions(final String sensor, final String productVersion, final ZoneId zone) {
    this(sensor, productVersion, zone, EventField.DEFAULTS);
  }

  /** Local times in UTC. */
  public EncodingOptions(final String sensor, final String productVersion) {
    this(sensor, productVersion, ZoneOffset.UTC);
  }
}
