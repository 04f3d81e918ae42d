package io.sluice.collector.command;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "config",
    description = "Prints the configuration with its defaults, or checks one.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Callable<Integer> {
  @ArgGroup(multiplicity = "1")
  private Action action;

  /** One of the two. */
  static final class Action {
    @Option(
        names = "--default",
        description = "Print every key with its meaning, range and default.")
    private boolean printDefault;

    @Option(
        names = "--check",
        paramLabel = "FILE",
        description = "Name every fault of a configuration, a line each; exit status 1 for any.")
    private Path checked;
  }

  @Override
  public Integer call() {
    if (action.printDefault) {
      System.out.print(ConfigurationText.ofDefaults());
      return 0;
    }
    Set<String> faults = faults(action.checked);
    faults.forEach(System.err::println);
    return faults.isEmpty() ? 0 : 1;
  }

  /** A line for each fault, of whichever command would meet it. */
  static Set<String> faults(Path path) {
    ConfigurationFile file = ConfigurationFile.read(path);
    Set<String> faults = new LinkedHashSet<>();
    for (Object command : List.of(new CollectCommand(), new CaptureCommand())) {
      CommandLine line = new CommandLine(command);
      line.setDefaultValueProvider(new ConfiguredDefaults(file, Map.of()));
      line.getCommandSpec().parser().collectErrors(true);
      faults.addAll(OptionFaults.ofConfiguration(line.parseArgs()));
    }
    return faults;
  }
}
