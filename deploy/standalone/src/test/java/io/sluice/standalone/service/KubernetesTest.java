package io.sluice.standalone.service;

import static io.sluice.standalone.service.Deployed.DEPLOY;
import static io.sluice.standalone.service.Deployed.HOME;
import static io.sluice.standalone.service.Deployed.at;
import static io.sluice.standalone.service.Deployed.found;
import static io.sluice.standalone.service.Deployed.list;
import static io.sluice.standalone.service.Deployed.map;
import static io.sluice.standalone.service.Deployed.text;
import static io.sluice.standalone.service.Deployed.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No cluster is needed: the manifests are held to Kubernetes' own models and to the code. */
class KubernetesTest {
  private static final Path MANIFESTS = DEPLOY.resolve("kubernetes");
  private static final String MODELS = "io.kubernetes.client.openapi.models.V1";

  private static List<Map<String, Object>> manifests() throws IOException {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Object file : list(kustomization().get("resources"))) {
      all.addAll(yaml(MANIFESTS.resolve(file.toString())));
    }
    return all;
  }

  private static Map<String, Object> kustomization() throws IOException {
    return yaml(MANIFESTS.resolve("kustomization.yaml")).get(0);
  }

  private static List<Map<String, Object>> ofKind(String... kinds) throws IOException {
    return manifests().stream()
        .filter(manifest -> List.of(kinds).contains(manifest.get("kind")))
        .toList();
  }

  private static List<Map<String, Object>> workloads() throws IOException {
    return ofKind("DaemonSet", "Deployment");
  }

  private static Map<String, Object> pod(Map<String, Object> workload) {
    return map(at(workload, "spec", "template", "spec"));
  }

  private static Map<String, Object> container(Map<String, Object> workload) {
    return map(list(pod(workload).get("containers")).get(0));
  }

  private static String name(Map<String, Object> manifest) {
    return at(manifest, "metadata", "name").toString();
  }

  @Test
  void isOfTheApi() throws Exception {
    assertThat(manifests()).hasSizeGreaterThan(12);
    for (Map<String, Object> manifest : manifests()) {
      validate(manifest);
    }
    Map<String, Object> wrong = workloads().get(0);
    container(wrong).put("imagePullPolice", "Never");
    assertThatThrownBy(() -> validate(wrong))
        .hasRootCauseInstanceOf(IllegalArgumentException.class);
  }

  /** By the model's own check: no field may be unknown, and none that is required missing. */
  private static void validate(Map<String, Object> manifest) throws Exception {
    Class.forName(MODELS + manifest.get("kind"))
        .getMethod("validateJsonElement", JsonElement.class)
        .invoke(null, new Gson().toJsonTree(manifest));
  }

  @Test
  void appliesEveryFile() throws IOException {
    TreeSet<String> files = new TreeSet<>();
    try (Stream<Path> all = Files.list(MANIFESTS)) {
      all.map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".yaml") && !file.equals("kustomization.yaml"))
          .forEach(files::add);
    }
    TreeSet<String> applied = new TreeSet<>();
    list(kustomization().get("resources")).forEach(file -> applied.add(file.toString()));
    assertThat(applied).isEqualTo(files);
    for (Map<String, Object> manifest : manifests()) {
      if (!manifest.get("kind").equals("Namespace")) {
        assertThat(at(manifest, "metadata", "namespace")).isEqualTo("sluice");
      }
    }
  }

  @Test
  void givesNobodyMoreThanItNeeds() throws IOException {
    TreeSet<String> ofCollector = new TreeSet<>(List.of("SETUID", "SETGID"));
    Collector.CAPABILITIES.forEach(name -> ofCollector.add(name.toUpperCase(Locale.ROOT)));
    for (Map<String, Object> workload : workloads()) {
      Map<String, Object> rights = map(container(workload).get("securityContext"));
      boolean captures = name(workload).equals("collector");
      assertThat(rights.get("allowPrivilegeEscalation")).isEqualTo(false);
      assertThat(list(at(rights, "capabilities", "drop"))).asString().isEqualTo("[ALL]");
      TreeSet<String> added = new TreeSet<>();
      list(at(rights, "capabilities", "add")).forEach(name -> added.add(name.toString()));
      assertThat(added).isEqualTo(captures ? ofCollector : new TreeSet<String>());
      assertThat(pod(workload).getOrDefault("hostNetwork", false)).isEqualTo(captures);
      assertThat(pod(workload)).doesNotContainKeys("hostPID", "hostIPC");
      if (!captures) {
        assertThat(at(pod(workload), "securityContext", "runAsNonRoot")).isEqualTo(true);
      }
      assertThat(map(at(container(workload), "resources", "limits"))).containsKey("memory");
    }
  }

  @Test
  void refersToWhatIsThere() throws IOException {
    TreeSet<String> there = new TreeSet<>();
    for (Map<String, Object> manifest : manifests()) {
      there.add(manifest.get("kind") + "/" + name(manifest));
    }
    TreeSet<String> wanted = new TreeSet<>();
    for (Map<String, Object> workload : workloads()) {
      wanted.add("ServiceAccount/" + pod(workload).get("serviceAccountName"));
      TreeSet<Object> volumes = new TreeSet<>();
      for (Object volume : list(pod(workload).get("volumes"))) {
        Map<String, Object> of = map(volume);
        volumes.add(of.get("name"));
        if (of.containsKey("configMap")) {
          wanted.add("ConfigMap/" + at(of, "configMap", "name"));
        }
        if (of.containsKey("persistentVolumeClaim")) {
          wanted.add("PersistentVolumeClaim/" + at(of, "persistentVolumeClaim", "claimName"));
        }
        if (of.containsKey("secret")) {
          // The one that the guide asks for.
          assertThat(at(of, "secret", "secretName")).isEqualTo("sluice");
        }
      }
      Map<String, Object> container = container(workload);
      for (Object mount : list(container.get("volumeMounts"))) {
        assertThat(volumes).contains(map(mount).get("name"));
      }
      for (Object source : list(container.get("envFrom"))) {
        wanted.add("ConfigMap/" + at(map(source), "configMapRef", "name"));
      }
      TreeSet<Object> ports = new TreeSet<>();
      list(container.get("ports")).forEach(port -> ports.add(map(port).get("name")));
      for (String probe : List.of("livenessProbe", "readinessProbe")) {
        for (String way : List.of("httpGet", "tcpSocket")) {
          Object port = at(container, probe, way, "port");
          if (port != null) {
            assertThat(ports).contains(port);
          }
        }
      }
      assertThat(Deployed.images()).contains(container.get("image").toString());
      assertThat(map(at(workload, "spec", "selector", "matchLabels")))
          .isEqualTo(map(at(workload, "spec", "template", "metadata", "labels")));
    }
    assertThat(there).containsAll(wanted);
    for (Map<String, Object> service : ofKind("Service")) {
      assertThat(workloads())
          .anyMatch(workload ->
              map(at(workload, "spec", "template", "metadata", "labels"))
                  .equals(at(service, "spec", "selector")));
    }
  }

  @Test
  void startsWhatTheCodeHas() throws IOException {
    String jobs = text(MANIFESTS.resolve("jobs.yaml"));
    assertThat(jobs).contains("\"" + Flink.JOB_ID + "\"").contains("- io.sluice.jobs.Jobs");
    assertThat(HOME.resolve("stream-jobs/jobs/src/main/java/io/sluice/jobs/Jobs.java")).exists();

    Map<String, Object> configuration =
        ofKind("ConfigMap").stream()
            .filter(map -> name(map).equals("collector"))
            .findFirst()
            .orElseThrow();
    String toml = at(configuration, "data", "sluice.toml").toString();
    StringBuilder options = new StringBuilder();
    try (Stream<Path> files = Files.walk(HOME.resolve("collector/src/main/java"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        options.append(text(file));
      }
    }
    for (String key : found("(?m)^([a-z-]+) =", toml)) {
      assertThat(options.toString()).contains("\"--" + key + "\"");
    }
    assertThat(found("metrics = \"[^:]*:(\\d+)\"", toml))
        .containsExactly(
            map(list(container(ofKind("DaemonSet").get(0)).get("ports")).get(0))
                .get("containerPort")
                .toString());
    String metrics =
        text(
            HOME.resolve("collector/src/main/java/io/sluice/collector/metrics/MetricsServer.java"));
    assertThat(metrics).contains("/healthz").contains("/readyz");
  }
}
