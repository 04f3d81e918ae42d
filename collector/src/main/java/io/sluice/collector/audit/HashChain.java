package io.sluice.collector.audit;

import java.util.Arrays;

/** The chain over one file while it is written: its head, and the hash of each line. One thread. */
final class HashChain {
  private final ChainHash hash;
  private final AuditFileName file;
  private final byte[] previousHead;
  private byte[] head;
  private byte[] lineHashes = new byte[1024 * ChainHash.LINE_HASH_BYTES];
  private int lines;

  HashChain(final ChainHash hash, final AuditFileName file, final byte[] previousHead) {
    this.hash = hash;
    this.file = file;
    this.previousHead = previousHead.clone();
    head = hash.start(file.sequence(), file.sealedName(), previousHead);
  }

  /** Adds each line of a block; a line feed ends each. */
  void add(final byte[] block, final int length) {
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (block[i] == '\n') {
        addLine(block, start, i - start);
        start = i + 1;
      }
    }
  }

  byte[] trailer(final boolean json, final boolean recovered) {
    return ChainTrailer.write(
        json,
        Arrays.copyOf(lineHashes, lines * ChainHash.LINE_HASH_BYTES),
        new ChainTrailer.Seal(
            hash.algorithm(),
            file.sealedName(),
            file.sequence(),
            lines,
            recovered,
            previousHead,
            sealedHead(recovered)));
  }

  /** What the next file starts from. */
  byte[] sealedHead(final boolean recovered) {
    return hash.seal(head, lines, recovered);
  }

  private void addLine(final byte[] bytes, final int offset, final int length) {
    final byte[] line = hash.line(bytes, offset, length);
    head = hash.link(head, line);
    final int at = lines * ChainHash.LINE_HASH_BYTES;
    if (at == lineHashes.length) {
      lineHashes = Arrays.copyOf(lineHashes, lineHashes.length * 2);
    }
    System.arraycopy(line, 0, lineHashes, at, line.length);
    lines++;
  }
}
