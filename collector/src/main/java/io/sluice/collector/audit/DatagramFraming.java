package io.sluice.collector.audit;

import io.sluice.collector.encoding.RecordBuffer;
import io.sluice.collector.event.RequestEvent;

/** How a log daemon wants one record in a datagram. One thread. */
interface DatagramFraming {
  /** Appends the datagram's bytes. */
  void append(RequestEvent event, RecordBuffer out);
}
