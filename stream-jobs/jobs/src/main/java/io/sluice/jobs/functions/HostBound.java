package io.sluice.jobs.functions;

import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.WindowKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How many hosts a window may have: a host name comes from the wire, and anyone may send new ones
 * for ever. Those beyond the bound share one name. What it knows does not outlive a restart: then a
 * host may be counted under both names, and the sum stays right.
 */
final class HostBound {
  private final int hosts;
  private final Map<Long, Set<String>> admitted = new HashMap<>();

  /**
   * @param hosts for each window, and for each subtask
   */
  HostBound(int hosts) {
    this.hosts = hosts;
  }

  /** The window itself, or the one of the hosts beyond the bound. */
  WindowKey place(WindowKey window) {
    Set<String> known = admitted.computeIfAbsent(window.startMs(), start -> new HashSet<>());
    if (known.contains(window.host()) || (known.size() < hosts && known.add(window.host()))) {
      return window;
    }
    return new WindowKey(Group.OTHER, window.startMs());
  }

  /** Forgets the windows that start before then. */
  void forgetBefore(long startMs) {
    admitted.keySet().removeIf(start -> start < startMs);
  }

  int windows() {
    return admitted.size();
  }
}
