package io.sluice.kernelfilter;

import static org.junit.jupiter.api.Assumptions.abort;

/** What tests need of the machine; where it is missing they are skipped, and say so. */
final class Kernel {
  private Kernel() {}

  static HttpFilter load(FilterOptions options) {
    try {
      return HttpFilter.load(options);
    } catch (FilterException e) {
      if (e.verifierLog().isEmpty()
          && (e.getMessage().contains("CAP_BPF") || e.getMessage().contains("libbpf.so"))) {
        return abort("SKIPPED LOUDLY: " + e.getMessage());
      }
      throw e;
    }
  }
}
