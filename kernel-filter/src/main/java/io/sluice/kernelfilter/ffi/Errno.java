package io.sluice.kernelfilter.ffi;

/**
 * Error numbers that the code tells apart; the same on every Linux architecture that it runs on.
 */
final class Errno {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EACCES = 13;
  static final int ENOSPC = 28;

  private Errno() {}
}
