package io.sluice.query;

import io.sluice.schemas.InstanceKeys;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What {@code sluice up} wrote about the services of one data folder; read by the services and by
 * the CLI.
 */
public final class InstanceSettings {
  private static final String FILE = "instance.properties";
  private static final String REMEDY = "run `sluice up`";

  private final Path dataDir;
  private final Properties properties;

  private InstanceSettings(Path dataDir, Properties properties) {
    this.dataDir = dataDir;
    this.properties = properties;
  }

  /**
   * @param dataDir the data folder
   * @param purpose verb and object for the failure, as in "query hosts"
   * @throws Failure where nothing was started in this folder, or a key is nobody's
   */
  public static InstanceSettings read(Path dataDir, String purpose) {
    Path file = dataDir.resolve(FILE);
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw Failure.cannot(purpose, "nothing was started in " + dataDir, REMEDY);
    } catch (IOException | IllegalArgumentException e) {
      throw Failure.cannot(purpose, file + " can't be read (" + e + ")", REMEDY);
    }
    InstanceKeys.fault(file, properties.stringPropertyNames())
        .ifPresent(fault -> {
          throw Failure.said(fault);
        });
    return new InstanceSettings(dataDir, properties);
  }

  public Path dataDir() {
    return dataDir;
  }

  public URI queryUrl() {
    return URI.create(required("query.url"));
  }

  /**
   * @throws Failure where the key is missing: the file is of another version
   */
  public String required(String key) {
    String value = properties.getProperty(key);
    if (value == null || value.isBlank()) {
      throw Failure.cannot("read " + dataDir.resolve(FILE), "it has no " + key, REMEDY + " again");
    }
    return value.strip();
  }

  public String optional(String key, String otherwise) {
    String value = properties.getProperty(key);
    return value == null || value.isBlank() ? otherwise : value.strip();
  }
}
