package io.sluice.standalone.demo;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What the demo's server answers: a few hosts with routes of differing status, size and delay. */
final class DemoSite {
  private static final String JSON = "application/json";
  private static final String HTML = "text/html; charset=utf-8";

  /**
   * @param path first part of the request's path that it answers
   * @param bytes of the body, before jitter by the path
   * @param chunked sent in chunks, else with Content-Length
   */
  record Route(
      String method,
      String path,
      int status,
      String type,
      int bytes,
      int delayMs,
      boolean chunked) {

    static Route of(String method, String path, int status, String type, int bytes, int delayMs) {
      return new Route(method, path, status, type, bytes, delayMs, false);
    }

    Route inChunks() {
      return new Route(method, path, status, type, bytes, delayMs, true);
    }
  }

  static final Map<String, List<Route>> HOSTS =
      Map.of(
          "shop.demo.example",
          List.of(
              Route.of("GET", "/", 200, HTML, 14_000, 8),
              Route.of("GET", "/products/", 200, HTML, 9_000, 15).inChunks(),
              Route.of("GET", "/search", 200, HTML, 22_000, 60).inChunks(),
              Route.of("POST", "/cart", 302, HTML, 0, 20),
              Route.of("POST", "/checkout", 500, JSON, 120, 90)),
          "api.demo.example",
          List.of(
              Route.of("GET", "/v1/items/", 200, JSON, 600, 5),
              Route.of("PUT", "/v1/items/", 204, JSON, 0, 12),
              Route.of("DELETE", "/v1/items/", 403, JSON, 80, 4),
              Route.of("POST", "/v1/orders", 201, JSON, 300, 25),
              Route.of("GET", "/v1/report", 503, JSON, 100, 2)),
          "static.demo.example",
          List.of(
              Route.of("GET", "/css/", 200, "text/css", 6_000, 1),
              Route.of("GET", "/js/", 200, "text/javascript", 48_000, 1),
              Route.of("GET", "/img/", 200, "image/webp", 180_000, 2),
              Route.of("HEAD", "/img/", 200, "image/webp", 180_000, 1),
              Route.of("GET", "/favicon.ico", 404, "text/plain", 20, 1)),
          "intranet.demo.example",
          List.of(
              Route.of("GET", "/wiki/", 200, HTML, 11_000, 30),
              Route.of("GET", "/login", 401, HTML, 900, 10),
              Route.of("OPTIONS", "/", 204, HTML, 0, 1)));

  private DemoSite() {}

  static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
      final Route route = route(exchange);
      sleep(route.delayMs());
      final int bytes = route.bytes();
      exchange.getResponseHeaders().set("Content-Type", route.type());
      if (route.status() == 302) {
        exchange.getResponseHeaders().set("Location", "/");
      }
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", String.valueOf(bytes));
        exchange.sendResponseHeaders(route.status(), -1);
        return;
      }
      exchange.sendResponseHeaders(route.status(), bytes == 0 ? -1 : route.chunked() ? 0 : bytes);
      if (bytes > 0) {
        exchange.getResponseBody().write(body(bytes));
      }
    }
  }

  private static Route route(HttpExchange exchange) {
    final String authority = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
    final String path = exchange.getRequestURI().getPath();
    return HOSTS.getOrDefault(authority, List.of()).stream()
        .filter(route -> route.method().equals(exchange.getRequestMethod()))
        .filter(route -> path.equals(route.path()) || isUnder(path, route.path()))
        .findFirst()
        .orElse(Route.of("", "", 404, "text/plain", 40, 1));
  }

  private static boolean isUnder(String path, String folder) {
    return folder.length() > 1 && folder.endsWith("/") && path.startsWith(folder);
  }

  private static byte[] body(int bytes) {
    final byte[] body = new byte[bytes];
    Arrays.fill(body, (byte) '.');
    final byte[] start = "<!-- from the demo -->".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(start, 0, body, 0, Math.min(start.length, bytes));
    return body;
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
