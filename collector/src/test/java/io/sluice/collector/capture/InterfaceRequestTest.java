package io.sluice.collector.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.collector.posix.Errno;
import io.sluice.collector.posix.Libc;
import io.sluice.collector.posix.PosixException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InterfaceRequestTest {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private int fd;

  @BeforeEach
  void open() throws PosixException {
    fd = Libc.socket(AF_UNIX, SOCK_DGRAM, 0);
  }

  @AfterEach
  void close() throws PosixException {
    Libc.close(fd);
  }

  @Test
  void knowsLoopback() throws PosixException {
    assertThat(InterfaceRequest.index(fd, "lo")).isPositive();
    assertThat(InterfaceRequest.isUp(fd, "lo")).isTrue();
  }

  @Test
  void refusesNamesThatNoInterfaceHas() {
    for (String name : new String[] {"no-such-if", "", "lo-and-longer-than-any"}) {
      assertThatThrownBy(() -> InterfaceRequest.index(fd, name))
          .as(name)
          .isInstanceOfSatisfying(
              PosixException.class, e -> assertThat(e.is(Errno.ENODEV)).isTrue());
    }
  }
}
