package io.sluice.collector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No stage imports one behind it, and the leaves import no stage. */
final class StageOrderTest {
  private static final String ROOT = "io.sluice.collector.";
  private static final List<String> STAGES =
      List.of("capture", "decode", "flow", "reassembly", "protocol");
  private static final List<String> LEAVES = List.of("counters", "event", "posix", "privilege");
  private static final List<String> BEHIND = List.of("pipeline", "sink", "control", "command");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.sluice.collector");

  @Test
  void shouldImportOnlyEarlierStages() {
    for (int i = 0; i < STAGES.size(); i++) {
      for (String later : STAGES.subList(i + 1, STAGES.size())) {
        forbid(STAGES.get(i), later);
      }
      for (String behind : BEHIND) {
        forbid(STAGES.get(i), behind);
      }
    }
  }

  @Test
  void shouldKeepLeavesFreeOfStages() {
    for (String leaf : LEAVES) {
      STAGES.forEach(stage -> forbid(leaf, stage));
      BEHIND.forEach(stage -> forbid(leaf, stage));
    }
  }

  private static void forbid(String from, String to) {
    noClasses()
        .that()
        .resideInAPackage(ROOT + from + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + to + "..")
        .allowEmptyShould(true)
        .check(CLASSES);
  }
}
