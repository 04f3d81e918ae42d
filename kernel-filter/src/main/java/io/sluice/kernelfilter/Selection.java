package io.sluice.kernelfilter;

import java.util.List;
import java.util.Set;

/**
 * Who may open a session. It is asked only of packets that would open one, so a session is taken
 * whole or not at all, and packets of sessions cost nothing more.
 *
 * @param includedPorts where there are any, one of a session's two ports must be among them
 * @param excludedPorts neither of a session's two ports may be among them
 * @param includedPrefixes where there are any, one of a session's two addresses must be in them
 * @param excludedPrefixes neither of a session's two addresses may be in them; of overlapping
 *     prefixes of both kinds the longest decides
 * @param share of all sessions, chosen by a hash of addresses and ports: above 0, 1 takes all
 */
public record Selection(
    Set<Integer> includedPorts,
    Set<Integer> excludedPorts,
    List<AddressPrefix> includedPrefixes,
    List<AddressPrefix> excludedPrefixes,
    double share) {
  /** Everyone. */
  public static final Selection ALL = new Selection(Set.of(), Set.of(), List.of(), List.of(), 1);

  /** {@code MARK_*} of {@code http_filter.h}. */
  static final int INCLUDED = 1;

  static final int EXCLUDED = 2;

  public Selection {
    includedPorts = Set.copyOf(includedPorts);
    excludedPorts = Set.copyOf(excludedPorts);
    includedPorts.forEach(Selection::requirePort);
    excludedPorts.forEach(Selection::requirePort);
    includedPrefixes = includedPrefixes.stream().distinct().toList();
    excludedPrefixes = excludedPrefixes.stream().distinct().toList();
    for (AddressPrefix prefix : includedPrefixes) {
      if (excludedPrefixes.contains(prefix)) {
        throw new IllegalArgumentException(prefix + " can't be both included and excluded");
      }
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("the share must be above 0, up to 1: " + share);
    }
  }

  static void requirePort(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port must be 1..65535: " + port);
    }
  }

  public Selection withPorts(Set<Integer> included, Set<Integer> excluded) {
    return new Selection(included, excluded, includedPrefixes, excludedPrefixes, share);
  }

  public Selection withPrefixes(List<AddressPrefix> included, List<AddressPrefix> excluded) {
    return new Selection(includedPorts, excludedPorts, included, excluded, share);
  }

  public Selection sampling(double share) {
    return new Selection(includedPorts, excludedPorts, includedPrefixes, excludedPrefixes, share);
  }

  int portLists() {
    return (includedPorts.isEmpty() ? 0 : INCLUDED) | (excludedPorts.isEmpty() ? 0 : EXCLUDED);
  }

  int portMarks(int port) {
    return (includedPorts.contains(port) ? INCLUDED : 0)
        | (excludedPorts.contains(port) ? EXCLUDED : 0);
  }

  int prefixLists() {
    return (includedPrefixes.isEmpty() ? 0 : INCLUDED)
        | (excludedPrefixes.isEmpty() ? 0 : EXCLUDED);
  }

  int prefixes() {
    return includedPrefixes.size() + excludedPrefixes.size();
  }

  /** Sessions whose hash is below this, as an unsigned number, are taken; 0 takes all. */
  int sampledBelow() {
    return share == 1 ? 0 : (int) Math.max(1, (long) (share * (1L << 32)));
  }
}
