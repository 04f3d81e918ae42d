package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void takesTheNextFreePortAndNoneTwice() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      final Ports ports = new Ports();

      final int first = ports.take(taken.getLocalPort());
      final int second = ports.take(taken.getLocalPort());

      assertThat(first).isGreaterThan(taken.getLocalPort());
      assertThat(second).isGreaterThan(first);
    }
  }
}
