package io.sluice.collector.encoding;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The text encodings by name. */
public enum EncodingFormat {
  JSON(JsonEncoding::new, "json"),
  TSV(TsvEncoding::new, "tsv"),
  ECS(EcsEncoding::new, "json"),
  OCSF(OcsfEncoding::new, "json"),
  ZEEK(options -> new ZeekEncoding(), "log"),
  COMBINED(CombinedEncoding::new, "log"),
  CEF(CefEncoding::new, "log");

  private final Function<EncodingOptions, EventEncoding> factory;
  private final String fileExtension;

  EncodingFormat(
      final Function<EncodingOptions, EventEncoding> factory, final String fileExtension) {
    this.factory = factory;
    this.fileExtension = fileExtension;
  }

  /** A new encoding for one thread. */
  public EventEncoding create(final EncodingOptions options) {
    return factory.apply(options);
  }

  /** Usual file name extension, without a dot. */
  public String fileExtension() {
    return fileExtension;
  }

  /** The name in configuration. */
  public String configName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException with the allowed names, where none is so named
   */
  public static EncodingFormat of(final String configName) {
    return Arrays.stream(values())
        .filter(format -> format.configName().equals(configName))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "cannot use encoding '"
                    + SafeText.clean(configName)
                    + "': there is none of that name; use one of "
                    + Arrays.stream(values())
                        .map(EncodingFormat::configName)
                        .collect(Collectors.joining(", "))));
  }
}
