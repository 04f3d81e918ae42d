package io.sluice.collector.control;

import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a collector answers with. Called on the server's threads, several at once. */
public interface ControlRequests {
  /** All that it knows of itself. */
  ObjectNode status();

  /**
   * The sessions with most bytes in the kernel's map, most first.
   *
   * @param limit 1 to {@link ControlProtocol#MAX_SESSIONS}
   */
  ArrayNode sessions(int limit);

  /**
   * Reads the configuration again.
   *
   * @return what was done, a line each
   * @throws IllegalArgumentException with what is wrong, a line each; nothing was changed then
   */
  List<String> reload();
}
