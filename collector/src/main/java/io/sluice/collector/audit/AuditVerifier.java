package io.sluice.collector.audit;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.SecretKey;

/**
 * Checks a directory of chained audit files: within each file that every line is the one that was
 * written, in its place, and between files that none is missing or was put in another's place.
 *
 * <p>Plain hashes show damage and clumsy tampering; somebody who can write to the directory can
 * also compute a new chain over what they changed. Against that stand a key that they don't have,
 * or a head that was noted elsewhere.
 */
public final class AuditVerifier {
  private static final int MAX_FINDINGS_PER_FILE = 1_000;

  private final ChainHash hash;
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int files;
  private long lines;
  private byte[] lastHead = new byte[32];

  /**
   * @param key the chain's; null for plain hashes
   */
  public AuditVerifier(final SecretKey key) {
    hash = new ChainHash(key);
  }

  /**
   * @param lines read, headers and footers of formats included
   * @param lastHead the seal of the last file: noted elsewhere, it pins everything up to it
   * @param notes what is worth knowing but not wrong
   */
  public record Report(
      int files, long lines, byte[] lastHead, List<Finding> findings, List<String> notes) {
    /** That nothing is wrong says nothing then: it is the wrong directory, or all was removed. */
    boolean isOfNothing() {
      return files == 0 && findings.isEmpty() && notes.isEmpty();
    }
  }

  /**
   * @throws IOException where the directory or a file can't be read
   */
  public Report verify(final Path directory) throws IOException {
    final Map<String, List<AuditFileName>> byPrefix = new TreeMap<>();
    for (final AuditFileName name : AuditFileName.sealedIn(directory)) {
      byPrefix.computeIfAbsent(name.prefix(), p -> new ArrayList<>()).add(name);
    }
    try (DirectoryStream<Path> chains = Files.newDirectoryStream(directory, "*.chain")) {
      for (final Path chain : chains) {
        final String name = chain.getFileName().toString();
        byPrefix.computeIfAbsent(
            name.substring(0, name.length() - ".chain".length()), p -> new ArrayList<>());
      }
    } catch (final DirectoryIteratorException e) {
      throw e.getCause();
    }
    for (final Map.Entry<String, List<AuditFileName>> log : byPrefix.entrySet()) {
      verifyLog(directory, log.getKey(), log.getValue());
    }
    for (final AuditFileName unfinished : AuditFileName.unfinishedIn(directory)) {
      notes.add(unfinished.partName() + " is being written, or waits to be recovered");
    }
    return new Report(files, lines, lastHead, List.copyOf(findings), List.copyOf(notes));
  }

  private void verifyLog(final Path directory, final String prefix, final List<AuditFileName> names)
      throws IOException {
    if (!names.isEmpty() && names.getFirst().sequence() > 1) {
      notes.add(
          names.getFirst().sealedName()
              + " is the first; the files before it were expired or removed");
    }
    AuditFileName before = null;
    ChainTrailer.Seal sealBefore = null;
    for (final AuditFileName name : names) {
      if (before != null) {
        checkSequence(before, name);
      }
      final ChainTrailer.Seal seal = verifyFile(directory, name);
      final boolean follows = before != null && before.sequence() + 1 == name.sequence();
      if (follows
          && seal != null
          && sealBefore != null
          && !Arrays.equals(seal.previousHead(), sealBefore.head())) {
        find(
            Finding.Kind.CHAIN_BROKEN,
            name,
            0,
            "it does not follow " + before.sealedName() + ": one of the two was replaced");
      }
      if (before == null
          && name.sequence() == 1
          && seal != null
          && !Arrays.equals(seal.previousHead(), new byte[32])) {
        find(Finding.Kind.CHAIN_BROKEN, name, 0, "it is the first but names one before it");
      }
      before = name;
      sealBefore = seal;
    }
    checkEnd(directory, prefix, before, sealBefore);
    if (sealBefore != null) {
      lastHead = sealBefore.head();
    }
  }

  private void checkSequence(final AuditFileName before, final AuditFileName name) {
    if (name.sequence() == before.sequence()) {
      find(
          Finding.Kind.CHAIN_BROKEN,
          name,
          0,
          "it has the number of " + before.sealedName() + "; one was put there");
    }
    for (long missing = before.sequence() + 1;
        missing < name.sequence() && missing <= before.sequence() + MAX_FINDINGS_PER_FILE;
        missing++) {
      find(
          Finding.Kind.FILE_REMOVED,
          name,
          0,
          "the file number " + missing + " before it was removed");
    }
  }

  /** Returns its seal, null where it has none. */
  private ChainTrailer.Seal verifyFile(final Path directory, final AuditFileName name)
      throws IOException {
    final SealedFile file = SealedFile.read(directory.resolve(name.sealedName()), name, hash);
    files++;
    lines += file.lineHashes().length / ChainHash.LINE_HASH_BYTES;
    if (file.damage() != null) {
      find(Finding.Kind.FILE_DAMAGED, name, 0, file.damage());
    }
    final ChainTrailer.Seal seal = file.seal();
    if (seal == null) {
      find(
          Finding.Kind.NOT_SEALED, name, 0, "it has no seal: it was cut, or written without chain");
    } else if (!seal.algorithm().equals(hash.algorithm())) {
      find(
          Finding.Kind.WRONG_KEY,
          name,
          0,
          "its chain is " + seal.algorithm() + ", and this check " + hash.algorithm());
      return seal;
    } else {
      checkSeal(name, file);
    }
    return seal;
  }

  private void checkSeal(final AuditFileName name, final SealedFile file) {
    final ChainTrailer.Seal seal = file.seal();
    if (!seal.file().equals(name.sealedName())) {
      find(Finding.Kind.FILE_RENAMED, name, 0, "it was written as " + seal.file());
    }
    final List<ChainDiff.Change> changes =
        ChainDiff.between(file.writtenHashes(), file.lineHashes());
    if (changes.size() > 1
        && changes.size() == seal.lines()
        && changes.stream().allMatch(change -> change.kind() == ChainDiff.Kind.ALTERED)) {
      find(
          Finding.Kind.WRONG_KEY,
          name,
          0,
          "not one of its lines fits its hashes: the key is another, or all were replaced");
      return;
    }
    changes.stream().limit(MAX_FINDINGS_PER_FILE).forEach(change -> find(name, change));
    if (changes.size() > MAX_FINDINGS_PER_FILE) {
      notes.add(
          name.sealedName()
              + " has "
              + (changes.size() - MAX_FINDINGS_PER_FILE)
              + " more changed lines");
    }
    if (changes.isEmpty() && !Arrays.equals(file.head(hash), seal.head())) {
      find(
          Finding.Kind.SEAL_ALTERED,
          name,
          0,
          "its lines do not give its seal: both its lines and its list of hashes, or its seal,"
              + " were altered, or the key is another");
    }
  }

  /** A file removed from the end leaves a chain that is whole; only its own file remembers it. */
  private void checkEnd(
      final Path directory,
      final String prefix,
      final AuditFileName last,
      final ChainTrailer.Seal lastSeal)
      throws IOException {
    final String chainFile = ChainState.file(directory, prefix).getFileName().toString();
    final ChainState state = ChainState.read(directory, prefix);
    final long lastSequence = last == null ? 0 : last.sequence();
    if (state.sequence() == 0) {
      findings.add(
          new Finding(
              Finding.Kind.END_UNKNOWN,
              chainFile,
              0,
              "it is missing or damaged, so that files removed from the end can't be told"));
      return;
    }
    for (long missing = lastSequence + 1;
        missing <= state.sequence() && missing <= lastSequence + MAX_FINDINGS_PER_FILE;
        missing++) {
      findings.add(
          new Finding(
              Finding.Kind.FILE_REMOVED,
              chainFile,
              0,
              "the file number " + missing + " at the end was removed"));
    }
    if (lastSeal != null
        && state.sequence() == lastSequence
        && !Arrays.equals(state.head(), lastSeal.head())) {
      find(
          Finding.Kind.CHAIN_BROKEN, last, 0, "its seal is not the one that " + chainFile + " has");
    }
    if (state.sequence() < lastSequence) {
      notes.add(chainFile + " is behind the last file; the next start brings it up");
    }
  }

  private void find(final AuditFileName name, final ChainDiff.Change change) {
    switch (change.kind()) {
      case REMOVED ->
          find(Finding.Kind.LINE_REMOVED, name, change.written(), "as written was removed");
      case ALTERED ->
          find(
              Finding.Kind.LINE_ALTERED,
              name,
              change.written(),
              "as written was altered, now line " + change.found());
      case MOVED ->
          find(
              Finding.Kind.LINE_MOVED,
              name,
              change.written(),
              "as written was moved, now line " + change.found());
      case INSERTED ->
          find(Finding.Kind.LINE_INSERTED, name, 0, "line " + change.found() + " was put in");
    }
  }

  private void find(
      final Finding.Kind kind, final AuditFileName name, final long line, final String message) {
    findings.add(new Finding(kind, name.sealedName(), line, message));
  }
}
