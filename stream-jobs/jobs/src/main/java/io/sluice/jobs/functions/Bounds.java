package io.sluice.jobs.functions;

import io.sluice.jobs.records.WindowKey;
import java.io.Serializable;

/**
 * How much one window, and one host in it, may hold. What is beyond counts as {@code {other}}, or
 * in the error of a ranking.
 *
 * @param hosts for each window, and for each subtask where hosts are live
 * @param templates path templates of a host
 * @param groups rows of a host, one for each sensor, template, method and status class
 * @param values most frequent values of a host in each ranking
 * @param totalValues the same for all hosts together
 * @param held rows and values of open windows in memory, for each subtask and length of window; the
 *     rest is in state alone
 */
public record Bounds(int hosts, int templates, int groups, int values, int totalValues, int held)
    implements Serializable {

  int values(WindowKey window) {
    return window.isOfAllHosts() ? totalValues : values;
  }
}
