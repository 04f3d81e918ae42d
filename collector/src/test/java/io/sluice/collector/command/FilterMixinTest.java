package io.sluice.collector.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.kernelfilter.AddressPrefix;
import io.sluice.kernelfilter.FilterOptions;
import io.sluice.kernelfilter.Tunnels;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class FilterMixinTest {
  @Command
  private static final class Holder {
    @Mixin private FilterMixin filter = new FilterMixin();
  }

  private static FilterOptions parse(String... arguments) {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.filter.over(FilterOptions.defaults());
  }

  @Test
  void asksForNothingByItself() {
    assertThat(parse()).isEqualTo(FilterOptions.defaults());
    assertThat(new FilterMixin().isUsed()).isFalse();
  }

  @Test
  void readsListsAndRanges() {
    FilterOptions options =
        parse(
            "--ports=80,8000-8002",
            "--exclude-ports=8001",
            "--networks=10.0.0.0/8,2001:db8::/32",
            "--exclude-networks=10.1.2.3",
            "--sample=0.25",
            "--direction=to-server",
            "--tunnels=gre,vxlan",
            "--vxlan-port=8472",
            "--no-trim");
    assertThat(options.selection().includedPorts()).containsExactlyInAnyOrder(80, 8000, 8001, 8002);
    assertThat(options.selection().excludedPorts()).containsExactly(8001);
    assertThat(options.selection().includedPrefixes())
        .containsExactly(AddressPrefix.parse("10.0.0.0/8"), AddressPrefix.parse("2001:db8::/32"));
    assertThat(options.selection().excludedPrefixes())
        .containsExactly(AddressPrefix.parse("10.1.2.3/32"));
    assertThat(options.selection().share()).isEqualTo(0.25);
    assertThat(options.direction()).isEqualTo(FilterOptions.Direction.TO_SERVER);
    assertThat(options.tunnels().kinds())
        .containsExactlyInAnyOrder(Tunnels.Kind.GRE, Tunnels.Kind.VXLAN);
    assertThat(options.tunnels().vxlanPort()).isEqualTo(8472);
    assertThat(options.trims()).isFalse();
    assertThat(List.of(options.unconfirmedSessions(), options.confirmedSessions()))
        .containsOnly(65_536);
  }

  @ParameterizedTest
  @CsvSource({
    "--ports=0",
    "--ports=65536",
    "--ports=http",
    "--ports=90-80",
    "--exclude-ports=-",
    "--networks=10.0.0.0/33",
    "--networks=example.com",
    "--networks=10.0.0.0/x",
    "--exclude-networks=/8",
    "--sample=0",
    "--sample=1.5",
    "--sample=NaN",
    "--direction=sideways",
    "--tunnels=gre-over-sms",
    "--vxlan-port=70000"
  })
  void saysWhatIsWrongAndWhatToGive(String argument) {
    assertThatThrownBy(() -> parse(argument))
        .isInstanceOf(CommandFailure.class)
        .hasMessageMatching("cannot use .*: .*");
  }

  @Test
  void refusesANetworkThatIsBothInAndOut() {
    assertThatThrownBy(() -> parse("--networks=10.0.0.0/8", "--exclude-networks=10.0.0.0/8"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("10.0.0.0/8 can't be both included and excluded");
  }
}
