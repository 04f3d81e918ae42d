package io.sluice.jobs.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What an operator does with a cluster, by the JobManager's REST interface. */
public final class FlinkRest {
  private static final long LIMIT_NS = TimeUnit.MINUTES.toNanos(3);
  private static final String BOUNDARY = "sluice-jobs-jar";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String url;

  public FlinkRest(String url) {
    this.url = url;
  }

  public void awaitTaskManagers(int count) throws IOException, InterruptedException {
    await("/overview", "\"taskmanagers\":" + count + "\\b");
  }

  /** The jar's id. */
  public String upload(Path jar) throws IOException, InterruptedException {
    byte[] head =
        ("--"
                + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\""
                + jar.getFileName()
                + "\"\r\nContent-Type: application/java-archive\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);
    byte[] tail = ("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8);
    String answer =
        send(
            HttpRequest.newBuilder(URI.create(url + "/jars/upload"))
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(
                    HttpRequest.BodyPublishers.ofByteArrays(
                        List.of(head, Files.readAllBytes(jar), tail))));
    String name = first(answer, "\"filename\":\"([^\"]+)\"");
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /**
   * Starts the jobs.
   *
   * @param savepoint to go on from; null for none
   * @return the job's id
   */
  public String run(String jar, List<String> arguments, int parallelism, String savepoint)
      throws IOException, InterruptedException {
    String list =
        arguments.stream().map(argument -> '"' + argument + '"').collect(Collectors.joining(","));
    return first(
        post(
            "/jars/" + jar + "/run",
            "{\"entryClass\":\"io.sluice.jobs.Jobs\",\"parallelism\":"
                + parallelism
                + (savepoint == null ? "" : ",\"savepointPath\":\"" + savepoint + '"')
                + ",\"programArgsList\":["
                + list
                + "]}"),
        "\"jobid\":\"([0-9a-f]+)\"");
  }

  /** Returns when every task runs. */
  public void awaitRunning(String job) throws IOException, InterruptedException {
    long began = System.nanoTime();
    while (!allRun(get("/jobs/" + job))) {
      limit(began, "tasks of " + job);
    }
  }

  private static boolean allRun(String job) {
    Matcher status = Pattern.compile("\"status\":\"([A-Z]+)\"").matcher(job);
    int running = 0;
    while (status.find()) {
      if (!status.group(1).equals("RUNNING")) {
        return false;
      }
      running++;
    }
    return running > 0;
  }

  /** Where the savepoint is. */
  public String stop(String job, Path directory) throws IOException, InterruptedException {
    String trigger =
        first(
            post(
                "/jobs/" + job + "/stop",
                "{\"drain\":false,\"targetDirectory\":\"" + directory.toUri() + "\"}"),
            "\"request-id\":\"([0-9a-f]+)\"");
    String answer = await("/jobs/" + job + "/savepoints/" + trigger, "\"COMPLETED\"");
    return first(answer, "\"location\":\"([^\"]+)\"");
  }

  private String await(String path, String pattern) throws IOException, InterruptedException {
    Pattern wanted = Pattern.compile(pattern);
    long began = System.nanoTime();
    while (true) {
      String answer = "";
      try {
        answer = get(path);
      } catch (IOException e) {
        // Not there yet.
      }
      if (wanted.matcher(answer).find()) {
        return answer;
      }
      limit(began, path + ", last " + answer);
    }
  }

  private static void limit(long began, String what) throws IOException, InterruptedException {
    if (System.nanoTime() - began > LIMIT_NS) {
      throw new IOException("waited in vain: " + what);
    }
    TimeUnit.MILLISECONDS.sleep(200);
  }

  private String get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(url + path)));
  }

  private String post(String path, String json) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    if (answer.statusCode() >= 300) {
      throw new IOException(
          answer.uri() + " answers " + answer.statusCode() + ": " + answer.body());
    }
    return answer.body();
  }

  private static String first(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new UncheckedIOException(new IOException("no " + pattern + " in " + text));
    }
    return matcher.group(1);
  }
}
