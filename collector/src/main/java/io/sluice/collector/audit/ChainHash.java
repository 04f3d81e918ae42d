package io.sluice.collector.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * The hashes of the chain: SHA-256, or HMAC-SHA-256 where there is a key. Each begins with a byte
 * that tells its purpose. One thread.
 */
final class ChainHash {
  /** What is kept of a line's hash, to find the line by. */
  static final int LINE_HASH_BYTES = 16;

  private static final byte LINE = 1;
  private static final byte LINK = 2;
  private static final byte START = 3;
  private static final byte SEAL = 4;

  private final MessageDigest digest;
  private final Mac mac;

  /**
   * @param key null for plain hashes
   */
  ChainHash(final SecretKey key) {
    try {
      digest = key == null ? MessageDigest.getInstance("SHA-256") : null;
      mac = key == null ? null : Mac.getInstance("HmacSHA256");
      if (mac != null) {
        mac.init(key);
      }
    } catch (final GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "cannot chain audit files: the key does not fit HMAC-SHA-256; use a random one of 32"
              + " bytes",
          e);
    }
  }

  String algorithm() {
    return mac == null ? "sha256" : "hmac-sha256";
  }

  /** Of one line without its line feed. */
  byte[] line(final byte[] bytes, final int offset, final int length) {
    update(LINE);
    if (mac == null) {
      digest.update(bytes, offset, length);
    } else {
      mac.update(bytes, offset, length);
    }
    return Arrays.copyOf(finish(), LINE_HASH_BYTES);
  }

  /** The head before a file's first line. */
  byte[] start(final long sequence, final String fileName, final byte[] previousHead) {
    update(START);
    update(longBytes(sequence));
    update(previousHead);
    update(fileName.getBytes(StandardCharsets.UTF_8));
    return finish();
  }

  /** The head after a line. */
  byte[] link(final byte[] head, final byte[] lineHash) {
    update(LINK);
    update(head);
    update(lineHash);
    return finish();
  }

  /** The head that a file is sealed with, and that the next one starts from. */
  byte[] seal(final byte[] head, final long lines, final boolean recovered) {
    update(SEAL);
    update(head);
    update(longBytes(lines));
    update((byte) (recovered ? 1 : 0));
    return finish();
  }

  private static byte[] longBytes(final long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private void update(final byte... bytes) {
    if (mac == null) {
      digest.update(bytes);
    } else {
      mac.update(bytes);
    }
  }

  private byte[] finish() {
    return mac == null ? digest.digest() : mac.doFinal();
  }
}
