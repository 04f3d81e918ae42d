package io.sluice.collector.command;

import io.sluice.collector.encoding.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * A configuration file (TOML), as it was read: dotted keys, and values as a flag would have them.
 *
 * @param values lists joined by commas
 */
record ConfigurationFile(Path path, Map<String, Value> values) {
  private static final int MAX_BYTES = 1 << 20;

  /**
   * @param isList written in brackets
   */
  record Value(String text, boolean isList) {}

  /**
   * @throws CommandFailure where it can't be read, or is no TOML
   */
  static ConfigurationFile read(Path path) {
    try (InputStream input = Files.newInputStream(path)) {
      byte[] bytes = input.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw failure(path, "it has more than " + MAX_BYTES + " bytes; name a configuration", null);
      }
      Map<String, Value> values = new LinkedHashMap<>();
      flatten("", new TomlMapper().readTree(bytes), values);
      return new ConfigurationFile(path, values);
    } catch (NoSuchFileException e) {
      throw failure(path, "it does not exist; sluice config --default prints one", e);
    } catch (AccessDeniedException e) {
      throw failure(path, "access is denied; let the sensor's user read it", e);
    } catch (IOException e) {
      throw failure(path, e.getMessage() + "; check the file", e);
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      String line = at == null ? "" : "line " + at.getLineNr() + ": ";
      throw failure(path, line + e.getOriginalMessage() + "; correct it", e);
    }
  }

  private static CommandFailure failure(Path path, String causeAndRemedy, Exception cause) {
    return new CommandFailure(
        SafeText.clean("cannot read the configuration " + path + ": " + causeAndRemedy), cause);
  }

  private static void flatten(String prefix, JsonNode table, Map<String, Value> values) {
    for (Map.Entry<String, JsonNode> entry : table.properties()) {
      String key = prefix + entry.getKey();
      JsonNode value = entry.getValue();
      if (value.isObject()) {
        flatten(key + ".", value, values);
      } else if (value.isArray()) {
        String joined =
            value.valueStream().map(ConfigurationFile::text).collect(Collectors.joining(","));
        values.put(key, new Value(joined, true));
      } else {
        values.put(key, new Value(text(value), false));
      }
    }
  }

  private static String text(JsonNode value) {
    return value.isValueNode() ? value.asString() : value.toString();
  }
}
