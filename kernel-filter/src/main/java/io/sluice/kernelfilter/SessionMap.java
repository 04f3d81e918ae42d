package io.sluice.kernelfilter;

import io.sluice.kernelfilter.ffi.BpfMap;
import io.sluice.kernelfilter.ffi.BpfMapWalk;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * One of the two session maps, from user space. One thread at a time.
 *
 * <p>A sweep first walks and remembers the stale keys, then removes them: a hash map gives no
 * promise to one who walks and removes at once.
 */
final class SessionMap {
  /** Keys remembered in one walk; where more are stale the walk is begun again. 2.3 MB. */
  private static final int MAX_STALE_KEYS = 65_536;

  private final BpfMap map;
  private final boolean confirmed;
  private long lastWalkKept;

  SessionMap(BpfMap map, boolean confirmed) {
    this.map = map;
    this.confirmed = confirmed;
    if (map.keyBytes() != SessionLayout.KEY_BYTES
        || map.valueBytes() != SessionLayout.VALUE_BYTES) {
      throw new FilterException(
          "cannot read the session map: its entries have another size; build the project again");
    }
  }

  /** How many were removed. */
  long removeIdle(long nowNs, long idleNs) {
    long removed = 0;
    ByteBuffer stale = null;
    boolean again;
    do {
      again = false;
      long kept = 0;
      int found = 0;
      try (BpfMapWalk walk = map.walk()) {
        while (!again && walk.next()) {
          for (int i = 0; i < walk.count(); i++) {
            long lastSeenNs =
                walk.values()
                    .getLong(i * SessionLayout.VALUE_BYTES + SessionLayout.LAST_SEEN_NS_OFFSET);
            if (nowNs - lastSeenNs <= idleNs) {
              kept++;
            } else if (found == MAX_STALE_KEYS) {
              again = true;
              break;
            } else {
              if (stale == null) {
                stale = ByteBuffer.allocateDirect(MAX_STALE_KEYS * SessionLayout.KEY_BYTES);
              }
              stale.put(
                  found++ * SessionLayout.KEY_BYTES,
                  walk.keys(),
                  i * SessionLayout.KEY_BYTES,
                  SessionLayout.KEY_BYTES);
            }
          }
        }
      }
      if (found > 0) {
        removed += map.delete(stale, found);
      }
      lastWalkKept = kept;
    } while (again);
    return removed;
  }

  /** How many the last sweep left. */
  long lastWalkKept() {
    return lastWalkKept;
  }

  void put(Session session, int sentBy) {
    ByteBuffer key = ByteBuffer.allocate(SessionLayout.KEY_BYTES);
    ByteBuffer value = ByteBuffer.allocate(SessionLayout.VALUE_BYTES);
    SessionLayout.writeKey(key, 0, session.key());
    SessionLayout.writeValue(value.order(ByteOrder.nativeOrder()), session, sentBy);
    map.update(key.array(), value.array());
  }

  void forEach(Consumer<Session> action) {
    try (BpfMapWalk walk = map.walk()) {
      while (walk.next()) {
        for (int i = 0; i < walk.count(); i++) {
          action.accept(
              SessionLayout.read(
                  walk.keys(),
                  i * SessionLayout.KEY_BYTES,
                  walk.values(),
                  i * SessionLayout.VALUE_BYTES,
                  confirmed));
        }
      }
    }
  }
}
