package io.sluice.collector.command;

import io.sluice.kernelfilter.AddressPrefix;
import io.sluice.kernelfilter.FilterOptions;
import io.sluice.kernelfilter.Selection;
import io.sluice.kernelfilter.Tunnels;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/**
 * The options of what the kernel filter lets through, which are the same for a live capture and for
 * a file that is read as one. What is not asked for is not in the program and costs nothing.
 */
final class FilterMixin implements Checked {
  private static final int MAX_PORTS = 65_535;

  @Option(
      names = "--ports",
      paramLabel = "N|N-M",
      split = ",",
      description = "Only connections one of whose two ports is among these.")
  @Allowed(text = "ports of 1 to 65535, such as 80,8000-8099")
  private List<String> ports = List.of();

  @Option(
      names = "--exclude-ports",
      paramLabel = "N|N-M",
      split = ",",
      description = "No connections of these ports.")
  @Allowed(text = "ports of 1 to 65535, such as 80,8000-8099")
  private List<String> excludedPorts = List.of();

  @Option(
      names = "--networks",
      paramLabel = "CIDR",
      split = ",",
      description = "Only connections one of whose two addresses is in these.")
  @Allowed(text = "networks such as 10.0.0.0/8,2001:db8::/32")
  private List<String> networks = List.of();

  @Option(
      names = "--exclude-networks",
      paramLabel = "CIDR",
      split = ",",
      description = {
        "No connections of addresses in these. Where networks of both kinds overlap, the longest",
        "prefix decides."
      })
  @Allowed(text = "networks such as 10.0.0.0/8,2001:db8::/32")
  private List<String> excludedNetworks = List.of();

  @Option(
      names = "--sample",
      paramLabel = "SHARE",
      description =
          "Of all connections only this share, above 0 and up to 1, each whole (default: all).")
  @Allowed(text = "above 0, up to 1")
  private double share = 1;

  @Option(
      names = "--direction",
      paramLabel = "to-server|to-client|both",
      description = "Only packets of this direction (default: ${DEFAULT-VALUE}).")
  @Allowed(text = "to-server, to-client or both")
  private String direction = "both";

  @Option(
      names = "--tunnels",
      paramLabel = "ip|gre|vxlan",
      split = ",",
      description = "Look into packets of these tunnels, one level deep (default: none).")
  @Allowed(text = "some of ip, gre and vxlan")
  private List<String> tunnels = List.of();

  @Option(
      names = "--vxlan-port",
      paramLabel = "N",
      description = "UDP port of VXLAN (default: ${DEFAULT-VALUE}).")
  @Allowed(least = 1, most = MAX_PORTS)
  private int vxlanPort = Tunnels.DEFAULT_VXLAN_PORT;

  @Option(
      names = "--no-trim",
      description = "Copy bodies too (the default leaves away what is provably inside of one).",
      fallbackValue = "true")
  private boolean notTrimmed;

  /** Whether anything but the defaults was asked for. */
  boolean isUsed() {
    return notTrimmed || !over(FilterOptions.defaults()).equals(FilterOptions.defaults());
  }

  @Override
  public List<Runnable> checks() {
    return List.of(
        () -> ports("--ports", ports),
        () -> ports("--exclude-ports", excludedPorts),
        () -> prefixes("--networks", networks),
        () -> prefixes("--exclude-networks", excludedNetworks),
        this::requireShare,
        this::direction,
        this::kinds,
        () -> over(FilterOptions.defaults()));
  }

  private void requireShare() {
    if (!(share > 0 && share <= 1)) {
      throw new CommandFailure("cannot use --sample " + share + ": give above 0, up to 1");
    }
  }

  /** What was asked for, over the given options. */
  FilterOptions over(FilterOptions options) {
    Set<Integer> wanted = ports("--ports", ports);
    Set<Integer> unwanted = ports("--exclude-ports", excludedPorts);
    List<AddressPrefix> inside = prefixes("--networks", networks);
    List<AddressPrefix> outside = prefixes("--exclude-networks", excludedNetworks);
    requireShare();
    try {
      return options
          .trimming(!notTrimmed)
          .selecting(new Selection(wanted, unwanted, inside, outside, share))
          .keeping(direction())
          .lookingInto(new Tunnels(kinds(), vxlanPort));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          "cannot use the filter's options: " + e.getMessage() + "; correct it", e);
    }
  }

  private FilterOptions.Direction direction() {
    return switch (direction.toLowerCase(Locale.ROOT)) {
      case "both" -> FilterOptions.Direction.BOTH;
      case "to-server" -> FilterOptions.Direction.TO_SERVER;
      case "to-client" -> FilterOptions.Direction.TO_CLIENT;
      default ->
          throw new CommandFailure(
              "cannot use --direction "
                  + direction
                  + ": there is none of that name; give to-server, to-client or both");
    };
  }

  private Set<Tunnels.Kind> kinds() {
    return tunnels.stream()
        .map(name ->
            switch (name.toLowerCase(Locale.ROOT)) {
              case "ip" -> Tunnels.Kind.IP;
              case "gre" -> Tunnels.Kind.GRE;
              case "vxlan" -> Tunnels.Kind.VXLAN;
              default ->
                  throw new CommandFailure(
                      "cannot use --tunnels " + name + ": give some of ip, gre and vxlan");
            })
        .collect(Collectors.toSet());
  }

  private static List<AddressPrefix> prefixes(String option, List<String> texts) {
    try {
      return texts.stream().map(String::strip).map(AddressPrefix::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          "cannot use " + option + ": " + e.getMessage() + "; give one such as 10.0.0.0/8", e);
    }
  }

  private static Set<Integer> ports(String option, List<String> texts) {
    Set<Integer> ports = new HashSet<>();
    for (String text : texts) {
      String range = text.strip();
      int dash = range.indexOf('-');
      int first = port(option, text, dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : port(option, text, range.substring(dash + 1));
      if (last < first) {
        throw new CommandFailure(
            "cannot use "
                + option
                + " "
                + text
                + ": it ends before it begins; give the lower one"
                + " first");
      }
      for (int port = first; port <= last; port++) {
        ports.add(port);
      }
    }
    return ports;
  }

  private static int port(String option, String text, String number) {
    int port;
    try {
      port = Integer.parseInt(number);
    } catch (NumberFormatException e) {
      port = 0;
    }
    if (port < 1 || port > MAX_PORTS) {
      throw new CommandFailure(
          "cannot use " + option + " " + text + ": give ports of 1 to 65535, such as 80,8000-8099");
    }
    return port;
  }
}
