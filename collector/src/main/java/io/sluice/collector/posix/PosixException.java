package io.sluice.collector.posix;

import java.io.IOException;

/** A call of the C library that failed, with its error number. */
public final class PosixException extends IOException {
  private static final long serialVersionUID = 1;

  private final String call;
  private final int errno;

  PosixException(String call, int errno) {
    super(call + ": " + Errno.describe(errno));
    this.call = call;
    this.errno = errno;
  }

  /** Name of the C function. */
  public String call() {
    return call;
  }

  public boolean is(Errno expected) {
    return errno == expected.number();
  }

  /** What went wrong, in words, without the name of the call. */
  public String cause() {
    return Errno.describe(errno);
  }
}
