package io.sluice.jobs.records;

/**
 * One pass of one file. A key of keyed state: its hash must not change between Java versions, so it
 * is written out.
 *
 * @param run {@code file:} and the hash of the file's bytes
 * @param attempt unique for each replay of the file
 */
public record ReplayKey(String run, String attempt) {

  @Override
  public int hashCode() {
    return 31 * run.hashCode() + attempt.hashCode();
  }
}
