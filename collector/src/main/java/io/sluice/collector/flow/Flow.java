package io.sluice.collector.flow;

/**
 * Both directions between two TCP endpoints. The endpoint whose address (then port) is smaller as
 * an unsigned number is the low one, so that both directions find the same flow. Owned by one
 * worker thread and pooled: no reference outlives {@link FlowTable#remove}.
 */
public abstract class Flow {
  public static final int FROM_LOW = 0;
  public static final int FROM_HIGH = 1;

  long lowHigh;
  long lowLow;
  long highHigh;
  long highLow;
  int ports;
  int hash;

  // the timer wheel's list
  Flow previous;
  Flow next;
  int bucket = -1;

  // every flow of the table, in a list that starts with those to be evicted first
  Flow older;
  Flow newer;

  /** True where a packet came since the flow took its place in the list of all flows. */
  boolean touched;

  /** When the timer is due, packet time; moved freely, the wheel looks at it when it comes by. */
  long deadlineNs;

  /** The deadline under which the wheel filed the flow. */
  long filedNs;

  /**
   * The frame that opened it: flows are told apart and ordered by it, those of several tables too.
   */
  public long serial;

  /** VLAN id of the flow's first segment, or -1. */
  public int vlan;

  /** Upper half of an endpoint's address; side is FROM_LOW or FROM_HIGH. */
  public final long addressHigh(int side) {
    return side == FROM_LOW ? lowHigh : highHigh;
  }

  /** Lower half of an endpoint's address; side is FROM_LOW or FROM_HIGH. */
  public final long addressLow(int side) {
    return side == FROM_LOW ? lowLow : highLow;
  }

  /** An endpoint's port, 0..65535; side is FROM_LOW or FROM_HIGH. */
  public final int port(int side) {
    return side == FROM_LOW ? ports >>> 16 : ports & 0xffff;
  }
}
