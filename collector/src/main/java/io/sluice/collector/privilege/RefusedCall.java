package io.sluice.collector.privilege;

/**
 * System calls that a collector never needs once its sockets are open, with their numbers (those of
 * the kernel's {@code asm/unistd_64.h} and {@code asm-generic/unistd.h}).
 */
enum RefusedCall {
  // Other programs, other processes.
  EXECVE(59, 221),
  EXECVEAT(322, 281),
  PTRACE(101, 117),
  PROCESS_VM_READV(310, 270),
  PROCESS_VM_WRITEV(311, 271),
  PROCESS_MADVISE(440, 440),
  KCMP(312, 272),
  PIDFD_GETFD(438, 438),
  // The kernel itself.
  INIT_MODULE(175, 105),
  FINIT_MODULE(313, 273),
  DELETE_MODULE(176, 106),
  KEXEC_LOAD(246, 104),
  KEXEC_FILE_LOAD(320, 294),
  REBOOT(169, 142),
  PERF_EVENT_OPEN(298, 241),
  SYSLOG(103, 116),
  IOPL(172, RefusedCall.ABSENT),
  IOPERM(173, RefusedCall.ABSENT),
  MODIFY_LDT(154, RefusedCall.ABSENT),
  PERSONALITY(135, 92),
  // File systems and namespaces.
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  PIVOT_ROOT(155, 41),
  CHROOT(161, 51),
  OPEN_TREE(428, 428),
  MOVE_MOUNT(429, 429),
  FSOPEN(430, 430),
  FSCONFIG(431, 431),
  FSMOUNT(432, 432),
  FSPICK(433, 433),
  MOUNT_SETATTR(442, 442),
  OPEN_TREE_ATTR(467, 467),
  SETNS(308, 268),
  UNSHARE(272, 97),
  SWAPON(167, 224),
  SWAPOFF(168, 225),
  QUOTACTL(179, 60),
  QUOTACTL_FD(443, 443),
  ACCT(163, 89),
  NAME_TO_HANDLE_AT(303, 264),
  OPEN_BY_HANDLE_AT(304, 265),
  FANOTIFY_INIT(300, 262),
  // Keys, clocks, names.
  ADD_KEY(248, 217),
  REQUEST_KEY(249, 218),
  KEYCTL(250, 219),
  SETTIMEOFDAY(164, 170),
  CLOCK_SETTIME(227, 112),
  CLOCK_ADJTIME(305, 266),
  ADJTIMEX(159, 171),
  SETHOSTNAME(170, 161),
  SETDOMAINNAME(171, 162),
  VHANGUP(153, 58),
  // Ways around a filter, and what attacks on the kernel like.
  IO_URING_SETUP(425, 425),
  IO_URING_ENTER(426, 426),
  IO_URING_REGISTER(427, 427),
  USERFAULTFD(323, 282);

  /** Of a call that an architecture has not. */
  static final int ABSENT = -1;

  private final int x8664;
  private final int aarch64;

  RefusedCall(int x8664, int aarch64) {
    this.x8664 = x8664;
    this.aarch64 = aarch64;
  }

  /** Its number there, or {@link #ABSENT}. */
  int number(Architecture architecture) {
    return switch (architecture) {
      case X86_64 -> x8664;
      case AARCH64 -> aarch64;
    };
  }
}
