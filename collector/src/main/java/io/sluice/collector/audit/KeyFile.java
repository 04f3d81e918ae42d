package io.sluice.collector.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** A key as a file: 32 to 128 hexadecimal digits, as {@code openssl rand -hex 32} writes them. */
public final class KeyFile {
  private KeyFile() {}

  /**
   * @throws IOException where it can't be read or is not a key; the message holds nothing of it
   */
  public static SecretKey read(final Path file) throws IOException {
    final byte[] content;
    try (var in = Files.newInputStream(file)) {
      content = in.readNBytes(256);
    }
    final String digits = new String(content, StandardCharsets.US_ASCII).strip();
    if (!digits.matches("(?:[0-9a-fA-F]{2}){16,64}")) {
      throw new IOException("it is not a key of 32 to 128 hexadecimal digits");
    }
    return new SecretKeySpec(HexFormat.of().parseHex(digits), "HmacSHA256");
  }
}
