package io.sluice.collector.control;

import io.sluice.collector.event.EventHandler;
import io.sluice.collector.event.RequestEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;

/**
 * Gives events to those who follow them. A worker hands over to a bounded queue for each and never
 * waits; what does not fit is dropped for that client alone, and counted. Without a client it costs
 * a look at an empty array.
 */
public final class EventTail implements EventHandler {
  static final int QUEUE_CAPACITY = 1024;

  private volatile Client[] clients = {};

  /** One who follows. */
  static final class Client {
    private final TailFilter filter;
    private final MpscAtomicArrayQueue<RequestEvent> queue =
        new MpscAtomicArrayQueue<>(QUEUE_CAPACITY);
    private final AtomicLong dropped = new AtomicLong();

    private Client(TailFilter filter) {
      this.filter = filter;
    }

    /** The next, or null. The client's thread only. */
    RequestEvent poll() {
      return queue.poll();
    }

    /** So far. Any thread. */
    long dropped() {
      return dropped.get();
    }
  }

  /** Any worker. */
  @Override
  public void onEvent(RequestEvent event) {
    for (Client client : clients) {
      if (client.filter.matches(event) && !client.queue.offer(event)) {
        client.dropped.getAndIncrement();
      }
    }
  }

  synchronized Client follow(TailFilter filter) {
    Client client = new Client(filter);
    List<Client> all = new ArrayList<>(List.of(clients));
    all.add(client);
    clients = all.toArray(Client[]::new);
    return client;
  }

  synchronized void leave(Client client) {
    List<Client> all = new ArrayList<>(List.of(clients));
    all.remove(client);
    clients = all.toArray(Client[]::new);
  }
}
