package io.sluice.collector.command;

import java.util.List;

/** Options of which more is to be checked than {@link Allowed} says, before anything is opened. */
interface Checked {
  /** Each throws a {@link CommandFailure} where what it looks at is wrong. */
  List<Runnable> checks();
}
