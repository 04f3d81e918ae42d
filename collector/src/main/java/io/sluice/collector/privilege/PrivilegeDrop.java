package io.sluice.collector.privilege;

import io.sluice.collector.posix.LibcProcess;
import io.sluice.collector.posix.LibcProcess.Account;
import io.sluice.collector.posix.PosixException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gives up, for the whole process and for good, what only opening sockets and loading the filter
 * needed: the user root, all capabilities, new privileges by execution, and the system calls of
 * {@link RefusedCall}. What is open stays open and works on; what must still be loaded from files
 * must be loaded before ({@link ClassPath}).
 */
public final class PrivilegeDrop {
  private static final String DEFAULT_USER = "nobody";
  private static final int PR_SET_KEEPCAPS = 8;
  private static final int SECCOMP_FILTER = 2;

  private final Account account;
  private final long kept;

  private PrivilegeDrop(Account account, long kept) {
    this.account = account;
    this.kept = kept;
  }

  /**
   * Looks up what will be dropped to, and changes nothing.
   *
   * @param user whom to become, where root runs this; null for who called sudo, else nobody
   * @throws IOException with one clear line
   */
  public static PrivilegeDrop plan(String user) throws IOException {
    return plan(user, System.getenv(), System.getProperty("os.version"));
  }

  static PrivilegeDrop plan(String user, Map<String, String> environment, String kernel)
      throws IOException {
    long kept = mapsNeedCapability(kernel) ? 1L << Capabilities.CAP_BPF : 0;
    int uid = LibcProcess.geteuid();
    String name = user;
    if (name == null) {
      if (uid != 0) {
        return new PrivilegeDrop(null, kept);
      }
      String caller = environment.getOrDefault("SUDO_USER", "");
      name = caller.isEmpty() || caller.equals("root") ? DEFAULT_USER : caller;
    }
    Account account = LibcProcess.getpwnam(name);
    if (account == null) {
      throw new IOException(
          "cannot run as " + name + ": there is no such user; give another --user");
    }
    if (uid != 0 && uid != account.uid()) {
      throw new IOException(
          "cannot run as "
              + name
              + ": only root may change the user; run as root or leave out --user");
    }
    return new PrivilegeDrop(uid == account.uid() ? null : account, kept);
  }

  /**
   * Before Linux 5.19 every call on a BPF map needs CAP_BPF. The calling thread keeps it then, and
   * the threads that it begins later have it too.
   *
   * @param kernel its release, such as {@code 6.1.0-18-amd64}
   */
  static boolean mapsNeedCapability(String kernel) {
    Matcher version = Pattern.compile("(\\d+)\\.(\\d+).*").matcher(kernel);
    if (!version.matches()) {
      return false;
    }
    int major = Integer.parseInt(version.group(1));
    return major < 5 || (major == 5 && Integer.parseInt(version.group(2)) < 19);
  }

  /** Whether CAP_BPF is kept, as {@link #mapsNeedCapability} says. */
  public boolean keepsCapability() {
    return kept != 0;
  }

  /**
   * Makes a folder one that can be written behind the drop, before it.
   *
   * @param ours names of the files that may be in it
   * @return a path to it for this process, valid until it ends
   * @throws IOException with one clear line
   */
  public Path hold(Path folder, Predicate<String> ours) throws IOException {
    return HeldFolder.open(folder, account, ours);
  }

  /**
   * Drops them. To be called by the thread that starts those which use the maps.
   *
   * @return what is left
   * @throws IOException with one clear line; the process must end then, since some may be dropped
   */
  public PrivilegeState drop() throws IOException {
    try {
      Architecture architecture = Architecture.current();
      if (account != null) {
        if (kept != 0) {
          LibcProcess.prctl(PR_SET_KEEPCAPS, 1);
        }
        changeUser();
      }
      // With one that it has not, capset would be refused.
      Capabilities.keepHere(kept & own());
      Capabilities.clearElsewhere(architecture);
      SystemCallFilter.install(architecture);
      return verify();
    } catch (IOException e) {
      throw new IOException(
          "cannot drop privileges: " + e.getMessage() + "; see sluice doctor, and report it", e);
    }
  }

  /** In this order: without the user, the groups can't be changed any more. */
  private void changeUser() throws IOException {
    try {
      LibcProcess.initgroups(account.name(), account.gid());
      LibcProcess.setresgid(account.gid(), account.gid(), account.gid());
      LibcProcess.setresuid(account.uid(), account.uid(), account.uid());
    } catch (PosixException e) {
      throw new IOException("the user cannot become " + account.name() + ": " + e.getMessage(), e);
    }
  }

  private static long own() throws IOException {
    int here = ThreadPrivileges.callingThread();
    return ThreadPrivileges.all().stream()
        .filter(thread -> thread.id() == here)
        .mapToLong(ThreadPrivileges::permitted)
        .findAny()
        .orElse(0);
  }

  /** The kernel's own word for every thread. */
  private PrivilegeState verify() throws IOException {
    List<ThreadPrivileges> threads = ThreadPrivileges.all();
    for (ThreadPrivileges thread : threads) {
      boolean user =
          account == null
              || (thread.uids().stream()
                      .allMatch(uid -> uid == Integer.toUnsignedLong(account.uid()))
                  && thread.gids().stream()
                      .allMatch(gid -> gid == Integer.toUnsignedLong(account.gid())));
      if (!user
          || (thread.capabilities() & ~kept) != 0
          || !thread.noNewPrivileges()
          || thread.seccomp() != SECCOMP_FILTER) {
        throw new IOException("thread " + thread.name() + " has kept some: " + thread);
      }
    }
    return PrivilegeState.of(threads);
  }
}
