package io.sluice.bench.measure;

/**
 * Medians of a contender's runs on a file.
 *
 * @param bytes of the file
 */
record Result(Contender contender, long bytes, long wallNs, long cpuNs, long peakAnonymousKib) {
  double wallSeconds() {
    return wallNs / 1e9;
  }

  double cpuSeconds() {
    return cpuNs / 1e9;
  }

  double bytesPerSecond() {
    return bytes / wallSeconds();
  }
}
