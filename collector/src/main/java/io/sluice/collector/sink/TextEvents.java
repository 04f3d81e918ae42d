package io.sluice.collector.sink;

import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.encoding.RecordBuffer;
import io.sluice.collector.event.RequestEvent;

/** Events in a text encoding, one record a message. */
final class TextEvents implements TopicFormat {
  private final EventEncoding encoding;
  private final RecordBuffer out = new RecordBuffer();

  /**
   * @param encoding for this object alone
   */
  TextEvents(EventEncoding encoding) {
    this.encoding = encoding;
  }

  @Override
  public String name() {
    return encoding.name();
  }

  @Override
  public String contentType() {
    return encoding.recordContentType();
  }

  @Override
  public boolean isAvro() {
    return false;
  }

  @Override
  public void captureFile(String baseName) {
    encoding.captureFile(baseName);
  }

  @Override
  public byte[] encode(RequestEvent event, byte[] id, byte[] communityId) {
    out.clear();
    encoding.append(event, out);
    return out.toByteArray();
  }
}
