package io.sluice.standalone.demo;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.ObjectMapper;

/**
 * The demo's clients, a process of its own in the clients' namespace: several addresses ask at once
 * over kept-alive connections, then it writes how many requests each host was sent.
 */
public final class DemoTraffic {
  private static final int REQUESTS_PER_CLIENT = 150;
  private static final int PAUSE_MS = 40;
  private static final int BODY_BYTES = 700;
  private static final long SEED = 23;

  private final Map<String, Map<Integer, Long>> sent = new TreeMap<>();
  private long failed;

  private DemoTraffic() {}

  /**
   * @param args the file to write the totals to, and how many requests each client sends, if not
   *     the usual number
   */
  public static void main(String[] args) throws Exception {
    final DemoTraffic traffic = new DemoTraffic();
    final int requests = args.length > 1 ? Integer.parseInt(args[1]) : REQUESTS_PER_CLIENT;
    final Instant from = Instant.now();
    final List<Future<?>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < DemoNetwork.CLIENT_ADDRESSES; i++) {
        final int client = i;
        clients.add(threads.submit(() -> traffic.run(client, requests)));
      }
    }
    for (Future<?> client : clients) {
      client.get();
    }
    traffic.write(Path.of(args[0]), from, Instant.now());
    if (traffic.failed > 0) {
      System.err.println(traffic.failed + " requests failed");
      System.exit(1);
    }
  }

  private void run(int client, int requests) {
    final Random random = new Random(SEED + client);
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .localAddress(InetAddress.getByName(address(client)))
            .connectTimeout(Duration.ofSeconds(5))
            .build()) {
      for (int i = 0; i < requests; i++) {
        final List<String> hosts = DemoSite.HOSTS.keySet().stream().sorted().toList();
        // Uneven, as real hosts are: the first is asked most.
        final String host = hosts.get(Math.min(random.nextInt(7) / 2, hosts.size() - 1));
        final List<DemoSite.Route> routes = DemoSite.HOSTS.get(host);
        send(http, host, routes.get(random.nextInt(routes.size())), random);
        Thread.sleep(random.nextInt(2 * PAUSE_MS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String address(int client) {
    final String first = DemoNetwork.FIRST_CLIENT_ADDRESS;
    final int dot = first.lastIndexOf('.') + 1;
    return first.substring(0, dot) + (Integer.parseInt(first.substring(dot)) + client);
  }

  private void send(HttpClient http, String host, DemoSite.Route route, Random random)
      throws InterruptedException {
    final boolean isFolder = route.path().endsWith("/") && route.path().length() > 1;
    final String path = isFolder ? route.path() + random.nextInt(12) : route.path();
    final String query = path.equals("/search") ? "?q=item+" + random.nextInt(50) : "";
    final HttpRequest.BodyPublisher body =
        switch (route.method()) {
          case "POST", "PUT" ->
              HttpRequest.BodyPublishers.ofString("x".repeat(1 + random.nextInt(BODY_BYTES)));
          default -> HttpRequest.BodyPublishers.noBody();
        };
    final HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + DemoNetwork.SERVER_ADDRESS + path + query))
            .timeout(Duration.ofSeconds(20))
            .header("Host", host)
            .header("User-Agent", "sluice-demo/1")
            .method(route.method(), body)
            .build();
    try {
      final HttpResponse<Void> response =
          http.send(request, HttpResponse.BodyHandlers.discarding());
      count(host, response.statusCode());
    } catch (java.io.IOException e) {
      synchronized (this) {
        failed++;
      }
      System.err.println("cannot get " + request.uri() + ": " + e);
    }
  }

  private synchronized void count(String host, int status) {
    sent.computeIfAbsent(host, key -> new TreeMap<>()).merge(status, 1L, Long::sum);
  }

  private void write(Path file, Instant from, Instant to) throws java.io.IOException {
    final Map<String, Object> totals = new LinkedHashMap<>();
    totals.put("from", from.toString());
    totals.put("to", to.toString());
    totals.put("requests", sent.values().stream().mapToLong(DemoTraffic::sum).sum());
    totals.put("failed", failed);
    final Map<String, Long> hosts = new TreeMap<>();
    sent.forEach((host, statuses) -> hosts.put(host, sum(statuses)));
    totals.put("hosts", hosts);
    totals.put("statuses", sent);
    final Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.write(
        fresh, new ObjectMapper().writeValueAsString(totals).getBytes(StandardCharsets.UTF_8));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static long sum(Map<Integer, Long> statuses) {
    return statuses.values().stream().mapToLong(Long::longValue).sum();
  }
}
