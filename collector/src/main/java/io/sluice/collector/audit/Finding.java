package io.sluice.collector.audit;

/**
 * Something that is not as it was written.
 *
 * @param file name of the file, or of the directory's chain file
 * @param line number of the line as it was written, from 1; 0 where a file as a whole is meant
 * @param message one sentence for people
 */
public record Finding(Kind kind, String file, long line, String message) {
  /** What was found. */
  public enum Kind {
    LINE_REMOVED,
    LINE_ALTERED,
    LINE_MOVED,
    LINE_INSERTED,
    FILE_REMOVED,
    FILE_RENAMED,
    FILE_DAMAGED,
    NOT_SEALED,
    SEAL_ALTERED,
    CHAIN_BROKEN,
    END_UNKNOWN,
    WRONG_KEY
  }

  @Override
  public String toString() {
    return line > 0 ? file + ": line " + line + " " + message : file + ": " + message;
  }
}
