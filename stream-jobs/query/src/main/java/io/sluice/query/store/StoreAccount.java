package io.sluice.query.store;

import io.sluice.query.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Under whose name the server runs. PostgreSQL refuses to run as root, so for root its command gets
 * a prefix:
 *
 * <ul>
 *   <li>a user namespace without any mapping: the server sees itself as "nobody" and has no
 *       privileges, while its files stay root's, so that they may lie below a folder that only root
 *       may enter;
 *   <li>where the kernel or a container forbids that, or the data already belongs to somebody else:
 *       the plain account that owns the data.
 * </ul>
 *
 * @param prefix what to put before the server's command; each program in it replaces itself, so the
 *     process id stays
 * @param uid numeric owner of the files
 */
record StoreAccount(List<String> prefix, int uid) {
  private static final int NOBODY = 65534;

  /**
   * @param storeDir folder of the store; exists
   * @param data the server's data folder; may be missing
   */
  static StoreAccount choose(Path storeDir, Path data) throws IOException {
    int self = owner(Path.of("/proc/self"));
    if (self != 0) {
      return new StoreAccount(List.of(), self);
    }
    int owner = Files.exists(data) ? owner(data) : 0;
    if (owner != 0) {
      return plain(owner, storeDir);
    }
    List<String> namespace = List.of("unshare", "--user", "--");
    if (works(namespace, List.of("true"))) {
      return new StoreAccount(namespace, 0);
    }
    return plain(NOBODY, storeDir);
  }

  private static StoreAccount plain(int uid, Path storeDir) throws IOException {
    List<String> prefix =
        List.of("setpriv", "--reuid=" + uid, "--regid=" + uid, "--clear-groups", "--");
    if (!works(prefix, List.of("test", "-x", storeDir.toString()))) {
      throw Failure.cannot(
          "prepare the store in " + storeDir,
          "PostgreSQL does not run as root, and user " + uid + " may not enter that folder",
          "use --data-dir with a folder that all may enter, as in /var/lib/sluice");
    }
    return new StoreAccount(prefix, uid);
  }

  private static boolean works(List<String> prefix, List<String> command) {
    try {
      return Program.run(concat(prefix, command), "").succeeded();
    } catch (IOException e) {
      return false;
    }
  }

  /** {@code command} with this account's prefix. */
  List<String> command(List<String> command) {
    return concat(prefix, command);
  }

  /** True where files that we make must be handed to the account. */
  boolean isForeign() {
    return prefix.contains("setpriv");
  }

  private static List<String> concat(List<String> first, List<String> second) {
    return java.util.stream.Stream.concat(first.stream(), second.stream()).toList();
  }

  private static int owner(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid");
  }
}
