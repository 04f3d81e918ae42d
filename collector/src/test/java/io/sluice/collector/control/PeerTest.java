package io.sluice.collector.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PeerTest {
  @TempDir Path folder;

  @Test
  void rootOwnerAndGroupAndNobodyElse() {
    Peer peer = new Peer(1000, 2000);
    assertThat(peer.mayUse(0, 0)).isTrue();
    assertThat(peer.mayUse(1000, 7)).isTrue();
    assertThat(peer.mayUse(7, 2000)).isTrue();
    assertThat(peer.mayUse(7, 7)).isFalse();
    assertThat(peer.mayUse(2000, 1000)).isFalse();
  }

  /** What the kernel says of us, on the other end of a socket of ours. */
  @Test
  void asksTheKernelWhoTheOtherEndIs() throws Exception {
    Path path = folder.resolve("s");
    try (UnixServerSocketChannel server = UnixServerSocketChannel.open()) {
      server.socket().bind(new UnixSocketAddress(path.toFile()));
      try (UnixSocketChannel client = UnixSocketChannel.open(new UnixSocketAddress(path.toFile()));
          UnixSocketChannel accepted = server.accept()) {
        assertThat(client.isConnected()).isTrue();
        assertThat(Peer.ofFile(path).mayUse(accepted)).isTrue();
        boolean root = "root".equals(System.getProperty("user.name"));
        assertThat(new Peer(54_321, 54_322).mayUse(accepted)).isEqualTo(root);
      }
    }
  }
}
