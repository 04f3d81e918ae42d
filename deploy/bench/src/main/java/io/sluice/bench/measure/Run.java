package io.sluice.bench.measure;

/**
 * One run of a command.
 *
 * @param cpuNs user and system time of the process and of its awaited children
 */
record Run(long wallNs, long cpuNs) {}
