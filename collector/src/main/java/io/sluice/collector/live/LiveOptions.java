package io.sluice.collector.live;

import io.sluice.collector.capture.RingOptions;
import io.sluice.collector.pipeline.PipelineOptions;
import java.time.Duration;
import java.util.List;

/**
 * What a live capture is to do.
 *
 * @param interfaces one or more; one direction each of a tap makes whole exchanges
 * @param namespace network namespace of the interfaces, or null for the process's own
 * @param workers threads, 1..64, each with a ring of its own for each interface; a flow stays with
 *     one
 * @param trim leaves away in the kernel what is provably body
 * @param promiscuous also frames for other hosts; never on loopback
 * @param idleTimeout after which the kernel forgets a session
 * @param sessions room of each of the kernel's two session maps, 1..16,777,216
 */
public record LiveOptions(
    List<String> interfaces,
    String namespace,
    int workers,
    boolean trim,
    boolean promiscuous,
    RingOptions ring,
    Duration idleTimeout,
    int sessions,
    PipelineOptions pipeline) {

  public LiveOptions {
    interfaces = List.copyOf(interfaces);
  }
}
