package io.sluice.jobs;

import io.sluice.jobs.support.Jdks;
import io.sluice.jobs.support.KillScenario;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterIT {

  @TempDir Path directory;

  @Test
  void survivesTheDeathOfEachProcess() throws Exception {
    KillScenario.survive(directory, Jdks.current());
  }
}
