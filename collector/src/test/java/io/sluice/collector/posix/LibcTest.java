package io.sluice.collector.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Each call's way to fail names the call and the error. */
class LibcTest {
  private static final int BAD_FD = 1 << 20;

  @Test
  void failuresNameCallAndError() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(32, 8);
      fails("socket", Errno.EAFNOSUPPORT, () -> Libc.socket(99, 3, 0));
      fails("setsockopt", Errno.EBADF, () -> Libc.setsockopt(BAD_FD, 1, 1, 1));
      fails("getsockopt", Errno.EBADF, () -> Libc.getsockopt(BAD_FD, 1, 1, memory));
      fails("bind", Errno.EBADF, () -> Libc.bind(BAD_FD, memory));
      fails("mmap", Errno.EBADF, () -> Libc.mmap(4096, 3, 1, BAD_FD, 0));
      fails("munmap", Errno.EINVAL, () -> Libc.munmap(memory.asSlice(1, 8)));
      fails("ioctl", Errno.EBADF, () -> Libc.ioctl(BAD_FD, 0x8933, memory));
      fails("close", Errno.EBADF, () -> Libc.close(BAD_FD));
      fails("open", Errno.ENOENT, () -> Libc.open("/no/such/file", 0));
      fails("setns", Errno.EBADF, () -> Libc.setns(BAD_FD, 0));
      fails("clock_gettime", Errno.EINVAL, () -> Libc.clockGettime(9999));
    }
  }

  @Test
  void callsThatWork() throws Exception {
    assertThat(Libc.clockGettime(1)).isPositive();
    int fd = Libc.open("/proc/self/stat", 0);
    Libc.close(fd);
    try (Arena arena = Arena.ofConfined()) {
      assertThat(Libc.poll(arena.allocate(8, 4), 0, 0)).isZero();
    }
  }

  @Test
  void unknownErrorsKeepTheirNumber() {
    assertThat(new PosixException("call", 4711)).hasMessage("call: error 4711");
  }

  private static void fails(
      String call, Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
    PosixException failure = catchThrowableOfType(PosixException.class, action);
    assertThat(failure).as(call).isNotNull();
    assertThat(failure.call()).isEqualTo(call);
    assertThat(failure.is(errno)).as(failure.getMessage()).isTrue();
    assertThatThrownBy(action).hasMessageContaining(errno.name());
  }
}
