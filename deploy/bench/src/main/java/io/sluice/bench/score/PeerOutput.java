package io.sluice.bench.score;

import java.util.List;

/** Knows the lines that a program prints. */
interface PeerOutput {
  /**
   * @param file name of the capture
   */
  List<PeerEvent> events(String file, List<String> lines);
}
