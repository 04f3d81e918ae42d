package io.sluice.bench.traffic;

import java.io.IOException;

/** One conversation on the wire, advanced a burst of frames at a time. */
interface Session {
  /** Writes the next burst; false when the conversation is over. */
  boolean visit() throws IOException;
}
