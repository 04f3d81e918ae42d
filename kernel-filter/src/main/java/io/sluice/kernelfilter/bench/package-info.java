/** Measures the kernel program without a network. Not part of the sensor. */
package io.sluice.kernelfilter.bench;
