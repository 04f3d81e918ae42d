/**
 * Native calls in three layers: BpfObject, BpfMap and BpfMapWalk speak Java (byte buffers,
 * exceptions that name what failed); Libbpf and Libc have the C names and return C's results with
 * their error number; below them are the generated bindings and method handles.
 */
package io.sluice.kernelfilter.ffi;
