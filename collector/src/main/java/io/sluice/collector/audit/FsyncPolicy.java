package io.sluice.collector.audit;

/** When file contents are forced to the device. */
public enum FsyncPolicy {
  /** Never: a power failure can lose what the operating system had not written yet. */
  NEVER,
  /** When a file is sealed: a power failure can lose from the unfinished file. */
  ON_SEAL,
  /** With each block: a power failure loses what a killed process loses, the buffered block. */
  ON_BLOCK
}
