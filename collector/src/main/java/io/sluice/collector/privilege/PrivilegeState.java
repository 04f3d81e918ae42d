package io.sluice.collector.privilege;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What this process may do: of each kind the most that any of its threads may.
 *
 * @param uid effective user of the threads
 * @param gid effective group
 * @param capabilities those in any set of any thread, as a bit set
 * @param noNewPrivileges whether no thread can gain any by executing a file
 * @param filtered whether the system calls of all threads are filtered
 */
public record PrivilegeState(
    long uid, long gid, long capabilities, boolean noNewPrivileges, boolean filtered) {
  private static final int EFFECTIVE = 1;
  private static final int SECCOMP_FILTER = 2;

  /** As in linux/capability.h, of those that a collector may be given. */
  private enum Name {
    CAP_SETGID(6),
    CAP_SETUID(7),
    CAP_NET_ADMIN(12),
    CAP_NET_RAW(13),
    CAP_SYS_ADMIN(21),
    CAP_PERFMON(38),
    CAP_BPF(39);

    private final int number;

    Name(int number) {
      this.number = number;
    }
  }

  /** Reads it from the kernel. Any thread. */
  public static PrivilegeState ofProcess() throws IOException {
    return of(ThreadPrivileges.all());
  }

  static PrivilegeState of(List<ThreadPrivileges> threads) {
    ThreadPrivileges first = threads.getFirst();
    long capabilities = 0;
    boolean noNewPrivileges = true;
    boolean filtered = true;
    long uid = first.uids().get(EFFECTIVE);
    for (ThreadPrivileges thread : threads) {
      capabilities |= thread.capabilities();
      noNewPrivileges &= thread.noNewPrivileges();
      filtered &= thread.seccomp() == SECCOMP_FILTER;
      uid = Math.min(uid, thread.uids().get(EFFECTIVE));
    }
    return new PrivilegeState(
        uid, first.gids().get(EFFECTIVE), capabilities, noNewPrivileges, filtered);
  }

  /** The capabilities' names in lower case without {@code cap_}, or {@code none}. */
  public String capabilityNames() {
    if (capabilities == 0) {
      return "none";
    }
    List<String> names = new ArrayList<>();
    long rest = capabilities;
    for (Name name : Name.values()) {
      if ((rest >>> name.number & 1) == 1) {
        names.add(name.name().substring("CAP_".length()).toLowerCase(Locale.ROOT));
        rest &= ~(1L << name.number);
      }
    }
    if (rest != 0) {
      names.add("and %d more".formatted(Long.bitCount(rest)));
    }
    return String.join(" ", names);
  }
}
