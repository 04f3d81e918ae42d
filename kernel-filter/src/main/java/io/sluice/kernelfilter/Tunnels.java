package io.sluice.kernelfilter;

import java.util.EnumSet;
import java.util.Set;

/**
 * Whose inner packet is looked at, one level deep; the session is the inner packet's.
 *
 * @param kinds none costs nothing
 * @param vxlanPort UDP destination port of VXLAN, 1..65,535
 */
public record Tunnels(Set<Kind> kinds, int vxlanPort) {
  public static final int DEFAULT_VXLAN_PORT = 4789;
  public static final Tunnels NONE = new Tunnels(Set.of(), DEFAULT_VXLAN_PORT);
  public static final Tunnels ALL = new Tunnels(EnumSet.allOf(Kind.class), DEFAULT_VXLAN_PORT);

  /** The order is that of the bits {@code TUNNEL_*} of {@code http_filter.h}. */
  public enum Kind {
    /** IPv4 or IPv6 in IPv4 or IPv6 (RFC 2003, 4213, 2473). */
    IP,
    /** RFC 2784 and 2890, with IPv4, IPv6 or Ethernet inside. */
    GRE,
    /** RFC 7348. */
    VXLAN
  }

  public Tunnels {
    kinds = Set.copyOf(kinds);
    Selection.requirePort(vxlanPort);
  }

  boolean has(Kind kind) {
    return kinds.contains(kind);
  }

  int bits() {
    return kinds.stream().mapToInt(kind -> 1 << kind.ordinal()).sum();
  }
}
