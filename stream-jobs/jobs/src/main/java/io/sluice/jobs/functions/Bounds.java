package io.sluice.jobs.functions;

import io.sluice.jobs.records.Counts;
import io.sluice.jobs.records.Group;
import java.io.Serializable;

/**
 * How many hosts one window, and how many rows one host and window may have.
 *
 * @param hosts for each window, and for each subtask where hosts are live
 * @param responses pairs of method and status class
 * @param values distinct paths, and distinct clients
 */
public record Bounds(int hosts, int responses, int values) implements Serializable {

  /** Takes the place of a new row; false where there is none left, and it goes to the overflow. */
  boolean admit(Counts counts, Group group) {
    switch (group.dimension()) {
      case Group.RESPONSE:
        return counts.responses < responses && ++counts.responses > 0;
      case Group.URL:
        return counts.urls < values && ++counts.urls > 0;
      default:
        return counts.clients < values && ++counts.clients > 0;
    }
  }
}
