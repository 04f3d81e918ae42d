/**
 * Everything that knows BPF: the kernel program's handle, its counters, its session maps, and the
 * program's rules in Java. {@link io.sluice.kernelfilter.HttpFilter} is the way in; only {@code
 * ffi} below it sees native memory.
 */
package io.sluice.kernelfilter;
