package io.sluice.jobs.functions;

import io.sluice.jobs.records.Counts;
import io.sluice.jobs.records.Group;

/**
 * Finds the row that a group counts in: its own, or where a host has too many templates or rows,
 * one that takes what is beyond. Every group has one, so sums stay right.
 */
final class GroupTable {

  /** What a host and window has so far; keyed state, or a part of it. */
  interface Known {
    boolean hasGroup(Group group) throws Exception;

    boolean hasTemplate(String template) throws Exception;

    void addTemplate(String template) throws Exception;
  }

  private GroupTable() {}

  /**
   * @param counts is changed where the group or its template is new
   * @return the group itself, or another that is there or may be added
   */
  static Group place(Group wanted, Known known, Counts counts, Bounds bounds) throws Exception {
    if (known.hasGroup(wanted)) {
      return wanted;
    }
    Group group = wanted;
    if (!known.hasTemplate(group.path())) {
      if (counts.templates < bounds.templates()) {
        known.addTemplate(group.path());
        counts.templates++;
      } else {
        counts.overflowed = true;
        group = wanted.withOtherPath();
        if (known.hasGroup(group)) {
          return group;
        }
      }
    }
    if (counts.groups < bounds.groups()) {
      counts.groups++;
      return group;
    }
    counts.overflowed = true;
    return group.overflow();
  }
}
