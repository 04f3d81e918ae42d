package io.sluice.kernelfilter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** {@code struct filter_config} of {@code http_filter.h}. */
final class ConfigLayout {
  static final int IDLE_TIMEOUT_NS_OFFSET = 0;
  static final int STARTS_OPEN_OFFSET = 8;
  static final int TRIMS_OFFSET = 9;
  static final int BYTES = 16;

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
        .put(TRIMS_OFFSET, flag(options.trims()));
  }

  private static byte flag(boolean on) {
    return (byte) (on ? 1 : 0);
  }
}
