package io.sluice.query.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The files of the page, by their path; nothing else of the class path can be asked for. */
final class Assets {
  private static final String CHART_JS =
      "/META-INF/resources/webjars/chart.js/" + chartVersion() + "/dist/chart.umd.min.js";

  /** Where a file lies on the class path, and what it is. */
  private record Asset(String resource, String type) {}

  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private static final Map<String, Asset> FILES =
      Map.ofEntries(
          entry("/", "/web/index.html", "text/html; charset=utf-8"),
          entry("/page.css", "/web/page.css", "text/css; charset=utf-8"),
          entry("/page.js", "/web/page.js", SCRIPT),
          entry("/address.js", "/web/address.js", SCRIPT),
          entry("/charts.js", "/web/charts.js", SCRIPT),
          entry("/ledger.js", "/web/ledger.js", SCRIPT),
          entry("/tables.js", "/web/tables.js", SCRIPT),
          entry("/text.js", "/web/text.js", SCRIPT),
          entry("/chart.js", CHART_JS, SCRIPT),
          entry("/openapi.yaml", "/web/openapi.yaml", "application/yaml; charset=utf-8"),
          entry("/icon.svg", "/web/icon.svg", "image/svg+xml"));

  private static Map.Entry<String, Asset> entry(String path, String resource, String type) {
    return Map.entry(path, new Asset(resource, type));
  }

  private Assets() {}

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Content(byte[] bytes, String type) {}

  /** Null where there is no such file. */
  static Content of(String path) {
    Asset asset = FILES.get(path);
    if (asset == null) {
      return null;
    }
    try (InputStream in = Assets.class.getResourceAsStream(asset.resource)) {
      return new Content(in.readAllBytes(), asset.type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Iterable<String> paths() {
    return FILES.keySet();
  }

  /** The library's folder is named by its version, which its own description tells. */
  private static String chartVersion() {
    try (InputStream in =
        Assets.class.getResourceAsStream(
            "/META-INF/maven/org.webjars.npm/chart.js/pom.properties")) {
      java.util.Properties properties = new java.util.Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
