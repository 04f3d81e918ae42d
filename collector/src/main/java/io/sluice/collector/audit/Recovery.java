package io.sluice.collector.audit;

import io.sluice.collector.encoding.RecordBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Completes the files that an earlier run left unfinished, and finds where the chain stands. All
 * whole lines of such a file are copied into a sealed one that says it was recovered; what the
 * killed process had only begun to write is dropped. May be run again after a failure.
 */
final class Recovery {
  private final FileSinkOptions options;
  private final ChainHash hash;
  private int files;

  Recovery(final FileSinkOptions options, final ChainHash hash) {
    this.options = options;
    this.hash = hash;
  }

  /** Returns what the next file follows. */
  ChainState run() throws IOException {
    final Path directory = options.directory();
    for (final AuditFileName copy : ours(AuditFileName.copiesIn(directory))) {
      Files.deleteIfExists(directory.resolve(copy.sealedName() + AuditFileName.COPY));
    }
    ChainState state = lastState();
    for (final AuditFileName unfinished : ours(AuditFileName.unfinishedIn(directory))) {
      final Path part = directory.resolve(unfinished.partName());
      // Sealed, and killed before the original was removed.
      if (!Files.exists(directory.resolve(unfinished.sealedName()))) {
        state = complete(part, unfinished, state);
        files++;
      }
      Files.delete(part);
    }
    return state;
  }

  /** How many were completed. */
  int files() {
    return files;
  }

  private ChainState complete(
      final Path part, final AuditFileName unfinished, final ChainState state) throws IOException {
    final AuditFileName name =
        new AuditFileName(
            unfinished.prefix(),
            unfinished.stamp(),
            state.sequence() + 1,
            unfinished.extension(),
            unfinished.compression());
    final HashChain chain = options.chained() ? new HashChain(hash, name, state.head()) : null;
    final FileSinkOptions as = options.withCompression(unfinished.compression());
    final AuditFile copy = new AuditFile(as, name, chain, AuditFileName.COPY, 0);
    try (copy;
        AuditLines source = AuditLines.open(part, unfinished.compression())) {
      copyLines(source, copy);
      copy.seal(unfinished.extension().startsWith("json"), true);
    }
    final ChainState next =
        new ChainState(name.sequence(), chain == null ? state.head() : chain.sealedHead(true));
    if (chain != null) {
      next.write(options.directory(), options.prefix());
    }
    return next;
  }

  private static void copyLines(final AuditLines source, final AuditFile copy) throws IOException {
    final RecordBuffer lines = new RecordBuffer();
    while (source.next()) {
      // Left by a seal that was cut short.
      if (ChainTrailer.isTrailerLine(source.line(), source.length())) {
        continue;
      }
      lines.write(source.line(), 0, source.length());
      lines.write('\n');
      if (lines.length() >= FileSinkOptions.BLOCK_BYTES) {
        copy.write(lines.array(), lines.length(), 0);
        lines.clear();
      }
    }
    if (lines.length() > 0) {
      copy.write(lines.array(), lines.length(), 0);
    }
  }

  /**
   * The chain's own file is written behind the seal: a process killed between the two leaves it one
   * file behind.
   */
  private ChainState lastState() throws IOException {
    final ChainState kept = ChainState.read(options.directory(), options.prefix());
    final List<AuditFileName> sealed = ours(AuditFileName.sealedIn(options.directory()));
    if (sealed.isEmpty() || sealed.getLast().sequence() <= kept.sequence()) {
      return kept;
    }
    final AuditFileName last = sealed.getLast();
    byte[] head = kept.head();
    try (AuditLines lines =
        AuditLines.open(options.directory().resolve(last.sealedName()), last.compression())) {
      while (lines.next()) {
        if (ChainTrailer.isTrailerLine(lines.line(), lines.length())) {
          head = ChainTrailer.seal(lines.text()).map(ChainTrailer.Seal::head).orElse(head);
        }
      }
    }
    return new ChainState(last.sequence(), head);
  }

  private List<AuditFileName> ours(final List<AuditFileName> names) {
    return names.stream().filter(name -> name.prefix().equals(options.prefix())).toList();
  }
}
