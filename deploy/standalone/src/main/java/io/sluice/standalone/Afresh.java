package io.sluice.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A demo starts with nothing recorded, so that its counts are its own; but only where nothing but
 * demos were ever recorded. What a watched interface or a file gave is never dropped.
 */
final class Afresh {
  private Afresh() {}

  static void prepare(DataDir dir, Source source) {
    final Path mark = dir.root().resolve("only-demos");
    final boolean isDemo = source instanceof Source.Demo;
    try {
      if (isDemo && (Files.exists(mark) || !Files.exists(dir.store()))) {
        for (Path folder : List.of(dir.kafka(), dir.store(), dir.checkpoints(), dir.spool())) {
          Stack.deleteAll(folder);
        }
        Files.deleteIfExists(dir.demoTotals());
        DataDir.write(
            mark,
            "Nothing but demos were recorded here: the next one starts afresh.\n",
            "rw-------");
      } else if (!isDemo) {
        Files.deleteIfExists(mark);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
