package io.sluice.collector.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.encoding.EventField;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class OutputMixinTest {
  @Test
  void theHelpNamesEveryField() {
    String help = new CommandLine(new ReadCommand()).setUsageHelpWidth(2000).getUsageMessage();
    for (EventField field : EventField.values()) {
      assertThat(help).containsPattern("[ ,]" + field.path().replace(".", "\\.") + "[,.]");
    }
    String defaults = String.join(",", EventField.DEFAULTS.stream().map(EventField::path).toList());
    assertThat(help).contains(defaults);
  }

  @Test
  void fieldsNeedAFormatWithColumns() {
    OutputMixin options = new OutputMixin();
    new CommandLine(options).parseArgs("--fields", "ts");
    assertThatThrownBy(() -> options.toEncoding("s"))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("cannot use --fields: the format json has no columns; add --format tsv");
    new CommandLine(options).parseArgs("--fields", "ts,nope", "--format", "tsv");
    assertThatThrownBy(() -> options.toEncoding("s"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageStartingWith("cannot use field 'nope'");
    new CommandLine(options).parseArgs("--fields", "ts,depth", "--format", "tsv");
    assertThat(options.toEncoding("s").name()).isEqualTo("tsv");
  }
}
