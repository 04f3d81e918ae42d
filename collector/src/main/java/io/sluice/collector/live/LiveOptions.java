package io.sluice.collector.live;

import io.sluice.collector.capture.RingOptions;
import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.kernelfilter.FilterOptions;
import java.util.List;

/**
 * What a live capture is to do.
 *
 * @param interfaces one or more; one direction each of a tap makes whole exchanges
 * @param namespace network namespace of the interfaces, or null for the process's own
 * @param workers threads, 1..64, each with a ring of its own for each interface; a flow stays with
 *     one
 * @param promiscuous also frames for other hosts; never on loopback
 * @param filter what the kernel lets through
 */
public record LiveOptions(
    List<String> interfaces,
    String namespace,
    int workers,
    boolean promiscuous,
    RingOptions ring,
    FilterOptions filter,
    PipelineOptions pipeline) {

  public LiveOptions {
    interfaces = List.copyOf(interfaces);
  }
}
