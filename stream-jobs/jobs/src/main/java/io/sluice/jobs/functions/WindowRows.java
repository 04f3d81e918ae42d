package io.sluice.jobs.functions;

import io.sluice.jobs.records.Counts;
import io.sluice.jobs.records.Frequent;
import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.HostStatistics;
import io.sluice.jobs.records.Sums;
import io.sluice.jobs.records.WindowState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One host and window in memory: its state, in a form that is added to. Not for several threads.
 */
final class WindowRows implements GroupTable.Known {
  private static final Group[] NO_GROUPS = {};

  final Map<Group, Sums> groups = new HashMap<>();
  final HostStatistics host;
  final Counts counts;

  /** Whether state has something else. */
  boolean isChanged;

  /** All that a group has but {@link Group#OTHER}. */
  private final Set<String> templates = new HashSet<>();

  WindowRows() {
    host = new HostStatistics();
    counts = new Counts();
  }

  /** Shares nothing with the state. */
  WindowRows(WindowState state) {
    host = state.host.copy();
    counts = state.counts.copy();
    for (int i = 0; i < state.groups.length; i++) {
      groups.put(state.groups[i], state.sums[i].copy());
      addTemplate(state.groups[i].path());
    }
  }

  /** All there is, where nothing is added to this any more. */
  WindowState last() {
    WindowState state = new WindowState();
    state.groups = groups.keySet().toArray(NO_GROUPS);
    state.sums = new Sums[state.groups.length];
    for (int i = 0; i < state.sums.length; i++) {
      state.sums[i] = groups.get(state.groups[i]);
    }
    state.host = host;
    state.counts = counts;
    return state;
  }

  /** Shares nothing with this. */
  WindowState toState() {
    WindowState state = last();
    for (int i = 0; i < state.sums.length; i++) {
      state.sums[i] = state.sums[i].copy();
    }
    state.host = host.copy();
    state.counts = counts.copy();
    return state;
  }

  /** Rows and ranked values: what it takes in memory. */
  int size() {
    int size = groups.size();
    for (Frequent frequent : host.frequent) {
      size += frequent.values.length;
    }
    return size;
  }

  @Override
  public boolean hasGroup(Group group) {
    return groups.containsKey(group);
  }

  @Override
  public boolean hasTemplate(String template) {
    return template.equals(Group.OTHER) || templates.contains(template);
  }

  @Override
  public void addTemplate(String template) {
    if (!template.equals(Group.OTHER)) {
      templates.add(template);
    }
  }
}
