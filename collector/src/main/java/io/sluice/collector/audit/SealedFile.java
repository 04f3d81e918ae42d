package io.sluice.collector.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A sealed file as it is found: the hashes of its lines now, and what its trailer says of them.
 *
 * @param lineHashes of the lines before the trailer, and of strangers within it
 * @param writtenHashes what the trailer says
 * @param seal null where there is none
 * @param damage why reading ended early; null where it did not
 */
record SealedFile(byte[] lineHashes, byte[] writtenHashes, ChainTrailer.Seal seal, String damage) {
  static SealedFile read(final Path path, final AuditFileName name, final ChainHash hash)
      throws IOException {
    final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    final ByteArrayOutputStream written = new ByteArrayOutputStream();
    ChainTrailer.Seal seal = null;
    try (AuditLines source = AuditLines.open(path, name.compression())) {
      while (source.next()) {
        if (ChainTrailer.isTrailerLine(source.line(), source.length())) {
          final String text = source.text();
          ChainTrailer.hashes(text).ifPresent(written::writeBytes);
          seal = ChainTrailer.seal(text).orElse(seal);
        } else {
          lines.writeBytes(hash.line(source.line(), 0, source.length()));
        }
      }
      return new SealedFile(lines.toByteArray(), written.toByteArray(), seal, source.damage());
    }
  }

  /** The head that a file of this name and place with these lines would be sealed with. */
  byte[] head(final ChainHash hash) {
    final int size = ChainHash.LINE_HASH_BYTES;
    byte[] head = hash.start(seal.sequence(), seal.file(), seal.previousHead());
    final byte[] line = new byte[size];
    for (int at = 0; at < lineHashes.length; at += size) {
      System.arraycopy(lineHashes, at, line, 0, size);
      head = hash.link(head, line);
    }
    return hash.seal(head, lineHashes.length / size, seal.recovered());
  }
}
