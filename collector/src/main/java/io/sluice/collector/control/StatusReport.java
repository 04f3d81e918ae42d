package io.sluice.collector.control;

import io.sluice.collector.counters.Counter;
import io.sluice.collector.counters.Counters;
import io.sluice.collector.privilege.PrivilegeState;
import java.util.Map;
import java.util.function.ToLongFunction;
import tools.jackson.databind.node.ObjectNode;

/** Builds the answer to {@code status}. One thread. */
public final class StatusReport {
  private final ObjectNode root = ControlProtocol.JSON.createObjectNode();
  private final ObjectNode ledger;
  private final ObjectNode counters;

  /**
   * @param source what is read: an interface or a file
   */
  public StatusReport(String version, String sensor, String source, long uptimeSeconds) {
    root.put("sluice", version)
        .put("sensor", sensor)
        .put("source", source)
        .put("uptime_seconds", uptimeSeconds);
    ledger = root.putObject("ledger");
    counters = root.putObject("counters");
  }

  /** Adds a line of the ledger. */
  public StatusReport add(Identity identity) {
    ObjectNode node = ledger.putObject(identity.name());
    node.put(identity.input(), identity.in());
    identity.out().forEach(node::put);
    node.put(identity.pending(), identity.remainder());
    node.put("unit", identity.unit());
    return this;
  }

  /** Adds a stage's counters, summed where the stage was added before (one for each worker). */
  public <C extends Enum<C> & Counter> StatusReport add(String stage, Counters<C> of) {
    return add(stage, of.constants(), of::get);
  }

  /** Adds a stage's counters, summed where the stage was added before. */
  public <C extends Enum<C>> StatusReport add(
      String stage, C[] constants, ToLongFunction<C> value) {
    ObjectNode node =
        counters.has(stage) ? (ObjectNode) counters.get(stage) : counters.putObject(stage);
    for (C constant : constants) {
      node.put(constant.name(), node.path(constant.name()).asLong(0) + value.applyAsLong(constant));
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

  public ObjectNode toJson() {
    return root;
  }
}
