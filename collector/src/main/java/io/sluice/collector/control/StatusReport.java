package io.sluice.collector.control;

import io.sluice.collector.counters.Counter;
import io.sluice.collector.counters.Counters;
import io.sluice.collector.privilege.PrivilegeState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import tools.jackson.databind.node.ObjectNode;

/** Builds the answer to {@code status}. One thread. */
public final class StatusReport {
  private final ObjectNode root = ControlProtocol.JSON.createObjectNode();
  private final List<Identity> identities = new ArrayList<>();
  private final Map<String, Map<String, Long>> counters = new LinkedHashMap<>();

  /**
   * @param source what is read: an interface or a file
   */
  public StatusReport(String version, String sensor, String source, long uptimeSeconds) {
    root.put("sluice", version)
        .put("sensor", sensor)
        .put("source", source)
        .put("uptime_seconds", uptimeSeconds);
    // In their places, before what is no counter.
    root.putObject("ledger");
    root.putObject("counters");
  }

  /** Adds a line of the ledger. */
  public StatusReport add(Identity identity) {
    identities.add(identity);
    return this;
  }

  /** Adds a stage's counters, summed where the stage was added before (one for each worker). */
  public <C extends Enum<C> & Counter> StatusReport add(String stage, Counters<C> of) {
    return add(stage, of.constants(), of::get);
  }

  /** Adds a stage's counters, summed where the stage was added before. */
  public <C extends Enum<C>> StatusReport add(
      String stage, C[] constants, ToLongFunction<C> value) {
    Map<String, Long> values = counters.computeIfAbsent(stage, name -> new LinkedHashMap<>());
    for (C constant : constants) {
      values.merge(constant.name(), value.applyAsLong(constant), Long::sum);
    }
    return this;
  }

  /** Adds values that are no counters. */
  public StatusReport add(String name, Map<String, Long> values) {
    ObjectNode node = root.putObject(name);
    values.forEach(node::put);
    return this;
  }

  /** Adds what the process may do. */
  public StatusReport add(PrivilegeState state) {
    root.putObject("privileges")
        .put("uid", state.uid())
        .put("gid", state.gid())
        .put("capabilities", state.capabilityNames())
        .put("no_new_privileges", state.noNewPrivileges())
        .put("system_call_filter", state.filtered());
    return this;
  }

  /** The lines of the ledger. */
  public List<Identity> identities() {
    return List.copyOf(identities);
  }

  /** Values by stage and name. */
  public Map<String, Map<String, Long>> counters() {
    return counters;
  }

  public ObjectNode toJson() {
    ObjectNode ledger = root.putObject("ledger");
    for (Identity identity : identities) {
      ObjectNode node = ledger.putObject(identity.name());
      node.put(identity.input(), identity.in());
      identity.out().forEach(node::put);
      node.put(identity.pending(), identity.remainder());
      node.put("unit", identity.unit());
    }
    ObjectNode all = root.putObject("counters");
    counters.forEach((stage, values) -> {
      ObjectNode node = all.putObject(stage);
      values.forEach(node::put);
    });
    return root;
  }
}
