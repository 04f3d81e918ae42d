package io.sluice.query.cli;

import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "sql",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Runs one statement that reads: visible_stats (sums by path, method and status), visible_hosts,"
            + " visible_totals, requests, stream_ledger, sensor_health, stats_progress or replay_runs;"
            + " at most 10 s and 10,000 rows.")
final class SqlCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SQL",
      description =
          "As in \"SELECT host, sum(requests) FROM visible_hosts WHERE window_seconds = 10 GROUP BY 1\".")
  private String sql;

  @ArgGroup private Output.Format format;

  @Mixin private DataDirOption dataDir;

  @Override
  public void run() {
    Service service = new Service(dataDir.folder(), "run the SQL");
    Service.Answer answer =
        service.post("/api/v1/sql", Map.of("format", Output.parameter(format)), sql);
    Output.print(spec.commandLine().getOut(), format, answer.body());
    if (answer.cut()) {
      spec.commandLine()
          .getErr()
          .println("there are more rows than these; use LIMIT and OFFSET, or sum them up");
    }
  }
}
