package io.sluice.bench;

import io.sluice.bench.score.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Turns other programs' output into events that can be scored. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = "Turns the output of httpry or tshark into JSON lines that can be scored.")
final class ConvertCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "PEER", description = "${COMPLETION-CANDIDATES}")
  Peer peer;

  @Parameters(index = "1", paramLabel = "FOLDER", description = "outputs, named as the captures")
  Path folder;

  @Parameters(index = "2", paramLabel = "EVENTS", description = "file to write")
  Path events;

  @Override
  public Integer call() throws IOException {
    peer.convert(folder, events);
    return 0;
  }
}
