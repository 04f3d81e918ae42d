package io.sluice.collector.privilege;

import java.io.IOException;

/** What differs between the machines that the collector runs on. */
enum Architecture {
  X86_64(
      0xC000_003E,
      new int[] {
        0xb8,
        0x7e,
        0,
        0,
        0, // mov eax, 126 (capset)
        0x48,
        0x8d,
        0x3d,
        0x14,
        0,
        0,
        0, // lea rdi, [rip + 20] (the header, at 32)
        0x48,
        0x8d,
        0x35,
        0x15,
        0,
        0,
        0, // lea rsi, [rip + 21] (the sets, at 40)
        0x0f,
        0x05, // syscall
        0xc3 // ret
      }),
  AARCH64(
      0xC000_00B7,
      new int[] {
        0x68, 0x0b, 0x80, 0xd2, // mov x8, #91 (capset)
        0xe0, 0x00, 0x00, 0x10, // adr x0, #28 (the header, at 32)
        0x01, 0x01, 0x00, 0x10, // adr x1, #32 (the sets, at 40)
        0x01, 0x00, 0x00, 0xd4, // svc #0
        0xc0, 0x03, 0x5f, 0xd6 // ret
      });

  private final int auditNumber;
  private final int[] clearCapabilities;

  Architecture(int auditNumber, int[] clearCapabilities) {
    this.auditNumber = auditNumber;
    this.clearCapabilities = clearCapabilities;
  }

  /** The one that this process runs on. */
  static Architecture current() throws IOException {
    String name = System.getProperty("os.arch");
    return switch (name) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64", "arm64" -> AARCH64;
      default ->
          throw new IOException(
              "no system call filter is known for " + name + "; run on x86-64 or aarch64");
    };
  }

  /** AUDIT_ARCH_..., by which the kernel tells a filter whose numbers a call uses. */
  int auditNumber() {
    return auditNumber;
  }

  /**
   * Machine code of a signal handler that calls capset with the header at 32 and the sets at 40
   * bytes from its own start. Touches no memory else, and only registers that a handler may.
   */
  byte[] clearCapabilities() {
    byte[] code = new byte[clearCapabilities.length];
    for (int i = 0; i < code.length; i++) {
      code[i] = (byte) clearCapabilities[i];
    }
    return code;
  }
}
