package io.sluice.jobs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.jobs.support.Jdks;
import io.sluice.jobs.support.KillScenario;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On what stock Flink images run. */
class ClusterOnJava17LongIT {

  @TempDir Path directory;

  @Test
  void survivesTheDeathOfEachProcess() throws Exception {
    Optional<Path> java = Jdks.seventeen();
    assumeTrue(java.isPresent(), "SKIPPED LOUDLY: no JDK 17 found in the usual places");
    KillScenario.survive(directory, java.get());
  }
}
