package io.sluice.standalone;

import io.sluice.standalone.doctor.Check;
import io.sluice.standalone.doctor.Checks;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Checks this machine: each line is ok or says what to do. Exit status 1: not all is.")
final class DoctorCommand implements Callable<Integer> {
  @Mixin DataDirOption where;

  @Override
  public Integer call() {
    final List<Check> checks = Checks.all(where.dataDir());
    checks.forEach(check -> System.out.println(check.line()));
    return checks.stream().allMatch(Check::ok) ? 0 : 1;
  }
}
