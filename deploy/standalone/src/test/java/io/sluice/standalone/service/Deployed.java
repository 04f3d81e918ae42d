package io.sluice.standalone.service;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of {@code deploy/}, and what the code says about the same things. */
final class Deployed {
  static final Path HOME = Path.of("..", "..").toAbsolutePath().normalize();
  static final Path DEPLOY = HOME.resolve("deploy");

  private Deployed() {}

  static String text(Path file) throws IOException {
    return Files.readString(file);
  }

  /** Every document of a file, with its anchors and merges resolved. */
  static List<Map<String, Object>> yaml(Path file) throws IOException {
    List<Map<String, Object>> documents = new ArrayList<>();
    try (Reader reader = Files.newBufferedReader(file)) {
      for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(reader)) {
        documents.add(map(document));
      }
    }
    return documents;
  }

  @SuppressWarnings("unchecked") // YAML's keys are texts here.
  static Map<String, Object> map(Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }

  static List<?> list(Object value) {
    return value == null ? List.of() : (List<?>) value;
  }

  /** What is at the keys, one within the other; null where it is missing. */
  static Object at(Map<String, Object> from, String... keys) {
    Object value = from;
    for (String key : keys) {
      value = map(value).get(key);
    }
    return value;
  }

  /** All first groups of a pattern. */
  static TreeSet<String> found(String pattern, String text) {
    TreeSet<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  /** A version that the build uses. */
  static String version(String of) throws IOException {
    return found(
            "<version\\." + of + ">([^<]+)</version\\." + of + ">", text(HOME.resolve("pom.xml")))
        .first();
  }

  /** The images that the Dockerfile makes. */
  static TreeSet<String> images() throws IOException {
    TreeSet<String> images = new TreeSet<>();
    for (String target : found("(?m)^FROM \\S+ AS (\\w+)$", text(DEPLOY.resolve("Dockerfile")))) {
      images.add("sluice-" + target);
    }
    images.remove("sluice-java");
    return images;
  }
}
