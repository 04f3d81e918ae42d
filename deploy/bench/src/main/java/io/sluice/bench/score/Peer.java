package io.sluice.bench.score;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The programs whose output is scored beside ours. */
public enum Peer {
  HTTPRY(new HttpryEvents()),
  TSHARK(new TsharkEvents());

  private final PeerOutput output;

  Peer(PeerOutput output) {
    this.output = output;
  }

  /**
   * Turns a folder of outputs, each named like its capture, into JSON lines. Bytes are kept as
   * Latin-1 characters.
   */
  public void convert(Path folder, Path events) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    }
    try (BufferedWriter out = Files.newBufferedWriter(events)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        List<String> lines = Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
        for (PeerEvent event : output.events(name, lines)) {
          out.write(event.json());
          out.newLine();
        }
      }
    }
  }
}
