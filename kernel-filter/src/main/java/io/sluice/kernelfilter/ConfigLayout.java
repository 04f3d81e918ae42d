package io.sluice.kernelfilter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@code struct filter_config}, and the lists of ports and prefixes, of {@code http_filter.h}. */
final class ConfigLayout {
  static final int IDLE_TIMEOUT_NS_OFFSET = 0;
  static final int STARTS_OPEN_OFFSET = 8;
  static final int TRIMS_OFFSET = 9;
  static final int TUNNELS_OFFSET = 10;
  static final int DIRECTION_OFFSET = 11;
  static final int PORT_LISTS_OFFSET = 12;
  static final int PREFIX_LISTS_OFFSET = 13;
  static final int VXLAN_PORT_OFFSET = 14;
  static final int SAMPLED_BELOW_OFFSET = 16;
  static final int BYTES = 24;

  static final int PORT_MARK_BYTES = 65_536 / 4;
  static final int PREFIX_BITS_OFFSET = 0;
  static final int PREFIX_ADDRESS_OFFSET = 4;
  static final int PREFIX_BYTES = 20;

  private ConfigLayout() {}

  static void write(ByteBuffer config, FilterOptions options) {
    if (config.capacity() != BYTES) {
      throw new FilterException(
          "cannot configure the filter: its configuration has "
              + config.capacity()
              + " bytes instead of "
              + BYTES
              + "; build the project again");
    }
    config
        .order(ByteOrder.nativeOrder())
        .putLong(IDLE_TIMEOUT_NS_OFFSET, options.idleTimeoutNs())
        .put(STARTS_OPEN_OFFSET, flag(options.startsOpen()))
        .put(TRIMS_OFFSET, flag(options.trims()))
        .put(TUNNELS_OFFSET, (byte) options.tunnels().bits())
        .put(DIRECTION_OFFSET, (byte) options.direction().ordinal())
        .put(PORT_LISTS_OFFSET, (byte) options.selection().portLists())
        .put(PREFIX_LISTS_OFFSET, (byte) options.selection().prefixLists())
        .putShort(VXLAN_PORT_OFFSET, (short) options.tunnels().vxlanPort())
        .putInt(SAMPLED_BELOW_OFFSET, options.selection().sampledBelow());
  }

  static void writePorts(ByteBuffer marks, Selection selection) {
    for (int port : selection.includedPorts()) {
      mark(marks, port, Selection.INCLUDED);
    }
    for (int port : selection.excludedPorts()) {
      mark(marks, port, Selection.EXCLUDED);
    }
  }

  private static void mark(ByteBuffer marks, int port, int mark) {
    int at = port >> 2;
    marks.put(at, (byte) (marks.get(at) | mark << ((port & 3) * 2)));
  }

  static byte[] prefixKey(AddressPrefix prefix) {
    return ByteBuffer.allocate(PREFIX_BYTES)
        .order(ByteOrder.nativeOrder())
        .putInt(PREFIX_BITS_OFFSET, prefix.mappedBits())
        .put(PREFIX_ADDRESS_OFFSET, prefix.mapped())
        .array();
  }

  static byte[] prefixValue(int mark) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(mark).array();
  }

  private static byte flag(boolean on) {
    return (byte) (on ? 1 : 0);
  }
}
