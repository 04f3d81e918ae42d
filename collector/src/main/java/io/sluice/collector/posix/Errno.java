package io.sluice.collector.posix;

/** Linux error numbers that a person may meet here, with the words of strerror. */
public enum Errno {
  EPERM(1, "operation not permitted"),
  ENOENT(2, "no such file or directory"),
  ESRCH(3, "no such process"),
  EINTR(4, "interrupted system call"),
  EIO(5, "input/output error"),
  ENXIO(6, "no such device or address"),
  EBADF(9, "bad file descriptor"),
  EAGAIN(11, "resource temporarily unavailable"),
  ENOMEM(12, "cannot allocate memory"),
  EACCES(13, "permission denied"),
  EFAULT(14, "bad address"),
  EBUSY(16, "device or resource busy"),
  EEXIST(17, "file exists"),
  ENODEV(19, "no such device"),
  EINVAL(22, "invalid argument"),
  EMFILE(24, "too many open files"),
  ENOSPC(28, "no space left on device"),
  EPIPE(32, "broken pipe"),
  ERANGE(34, "numerical result out of range"),
  ENOSYS(38, "function not implemented"),
  ENOTSOCK(88, "socket operation on non-socket"),
  ENOPROTOOPT(92, "protocol not available"),
  EOPNOTSUPP(95, "operation not supported"),
  EAFNOSUPPORT(97, "address family not supported by protocol"),
  EADDRINUSE(98, "address already in use"),
  ENETDOWN(100, "network is down"),
  ENOBUFS(105, "no buffer space available");

  private final int number;
  private final String words;

  Errno(int number, String words) {
    this.number = number;
    this.words = words;
  }

  public int number() {
    return number;
  }

  /** For the cause in an error message. */
  static String describe(int number) {
    for (Errno errno : values()) {
      if (errno.number == number) {
        return errno.words + " (" + errno.name() + ")";
      }
    }
    return "error " + number;
  }
}
