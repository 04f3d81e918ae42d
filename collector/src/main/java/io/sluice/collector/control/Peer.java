package io.sluice.collector.control;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.sluice.collector.posix.Libc;
import io.sluice.collector.posix.PosixException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.unixsocket.Credentials;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;

/**
 * Who may use the socket: root, its owner, and its group, by what the kernel says of the other end
 * (SO_PEERCRED, SO_PEERGROUPS). The mode of the file says the same; but a mode is changed easily,
 * and a connected socket can be passed on.
 *
 * @param owner user id
 * @param group group id
 */
record Peer(int owner, int group) {
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERGROUPS = 59;

  /** As many as a process can have. */
  private static final int MAX_GROUPS = 65_536;

  /** As the file has it now. */
  static Peer ofFile(Path socket) throws IOException {
    return new Peer(
        ((Number) Files.getAttribute(socket, "unix:uid")).intValue(),
        ((Number) Files.getAttribute(socket, "unix:gid")).intValue());
  }

  boolean mayUse(UnixSocketChannel client) throws IOException {
    Credentials credentials = client.getOption(UnixSocketOptions.SO_PEERCRED);
    return mayUse(credentials.getUid(), credentials.getGid()) || hasGroup(client.getFD());
  }

  boolean mayUse(int uid, int gid) {
    return uid == 0 || uid == owner || gid == group;
  }

  private boolean hasGroup(int fd) throws PosixException {
    try (Arena arena = Arena.ofConfined()) {
      // What the kernel does not write stays -1, which is no group.
      MemorySegment groups = arena.allocate(JAVA_INT, MAX_GROUPS);
      groups.fill((byte) -1);
      Libc.getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups);
      for (int i = 0; i < MAX_GROUPS; i++) {
        int next = groups.getAtIndex(JAVA_INT, i);
        if (next == -1) {
          return false;
        }
        if (next == group) {
          return true;
        }
      }
      return false;
    }
  }
}
