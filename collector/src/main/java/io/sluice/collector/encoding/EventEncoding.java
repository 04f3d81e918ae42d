package io.sluice.collector.encoding;

import io.sluice.collector.event.RequestEvent;

/**
 * One way to write an event as text. A record is one line without its terminator: no byte below
 * 0x20 (but the Zeek format's own tab), no 0x7f, no unpaired surrogate, whatever the event holds.
 *
 * <p>An instance keeps scratch state and belongs to one thread.
 */
public interface EventEncoding {
  /** The name that configuration knows it by, for example {@code ecs}. */
  String name();

  /** Media type of a stream of records, each ended by a line feed. */
  String contentType();

  /** Media type of one record alone. */
  default String recordContentType() {
    return contentType().equals("application/x-ndjson")
        ? "application/json"
        : contentType() + "; charset=utf-8";
  }

  /**
   * The records from now on are of this capture file; formats without a place for it leave it out.
   *
   * @param baseName null for none
   */
  default void captureFile(String baseName) {}

  /** Whether records have an event's id or Community ID; else events may come without. */
  default boolean needsIdentifiers() {
    return true;
  }

  /** Appends one record, without a line terminator. Never throws for what an event holds. */
  void append(RequestEvent event, RecordBuffer out);

  /**
   * Appends what a file of this format begins with: whole lines, or nothing.
   *
   * @param timeNs when the file was opened, nanoseconds since 1970 UTC
   */
  default void header(long timeNs, RecordBuffer out) {}

  /**
   * Appends what a file of this format ends with: whole lines, or nothing.
   *
   * @param timeNs when the file was closed, nanoseconds since 1970 UTC
   */
  default void footer(long timeNs, RecordBuffer out) {}
}
