package io.sluice.kernelfilter;

import java.nio.ByteBuffer;

/** {@code struct session_key} and {@code struct session} of {@code http_filter.h}. */
final class SessionLayout {
  static final int KEY_LOW_ADDRESS_OFFSET = 0;
  static final int KEY_HIGH_ADDRESS_OFFSET = 16;
  static final int KEY_LOW_PORT_OFFSET = 32;
  static final int KEY_HIGH_PORT_OFFSET = 34;
  static final int KEY_BYTES = 36;

  static final int FIRST_SEEN_NS_OFFSET = 0;
  static final int LAST_SEEN_NS_OFFSET = 8;
  static final int PACKETS_OFFSET = 16;
  static final int BYTES_OFFSET = 24;
  static final int SENT_BY_OFFSET = 32;
  static final int VALUE_BYTES = 120;

  private SessionLayout() {}

  /** Both buffers in native byte order; the key's numbers are in network order all the same. */
  static Session read(
      ByteBuffer keys, int keyAt, ByteBuffer values, int valueAt, boolean confirmed) {
    return new Session(
        readKey(keys, keyAt),
        confirmed,
        values.getLong(valueAt + FIRST_SEEN_NS_OFFSET),
        values.getLong(valueAt + LAST_SEEN_NS_OFFSET),
        values.getLong(valueAt + PACKETS_OFFSET),
        values.getLong(valueAt + BYTES_OFFSET));
  }

  private static SessionKey readKey(ByteBuffer keys, int at) {
    byte[] low = new byte[SessionKey.ADDRESS_BYTES];
    byte[] high = new byte[SessionKey.ADDRESS_BYTES];
    keys.get(at + KEY_LOW_ADDRESS_OFFSET, low);
    keys.get(at + KEY_HIGH_ADDRESS_OFFSET, high);
    return new SessionKey(
        SessionKey.address(low),
        port(keys, at + KEY_LOW_PORT_OFFSET),
        SessionKey.address(high),
        port(keys, at + KEY_HIGH_PORT_OFFSET));
  }

  static void writeKey(ByteBuffer to, int at, SessionKey key) {
    to.put(at + KEY_LOW_ADDRESS_OFFSET, SessionKey.mapped(key.lowAddress()));
    to.put(at + KEY_HIGH_ADDRESS_OFFSET, SessionKey.mapped(key.highAddress()));
    putPort(to, at + KEY_LOW_PORT_OFFSET, key.lowPort());
    putPort(to, at + KEY_HIGH_PORT_OFFSET, key.highPort());
  }

  static void writeValue(ByteBuffer to, Session session, int sentBy) {
    to.putLong(FIRST_SEEN_NS_OFFSET, session.firstSeenNs())
        .putLong(LAST_SEEN_NS_OFFSET, session.lastSeenNs())
        .putLong(PACKETS_OFFSET, session.packets())
        .putLong(BYTES_OFFSET, session.bytes())
        .put(SENT_BY_OFFSET, (byte) sentBy);
  }

  private static int port(ByteBuffer buffer, int at) {
    return Byte.toUnsignedInt(buffer.get(at)) << 8 | Byte.toUnsignedInt(buffer.get(at + 1));
  }

  private static void putPort(ByteBuffer buffer, int at, int port) {
    buffer.put(at, (byte) (port >> 8)).put(at + 1, (byte) port);
  }
}
