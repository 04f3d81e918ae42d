package io.sluice.collector.audit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines that end a chained file: the hashes of its lines, some hundreds a line, and the seal.
 * They are JSON, behind a number sign where the format itself is not JSON: every reader of logs
 * either skips such a line or sees an object that says what it is.
 */
final class ChainTrailer {
  private static final int HASHES_PER_LINE = 256;
  private static final String HASHES_KEY = "{\"sluice_chain_hashes\":\"";
  private static final String SEAL_KEY = "{\"sluice_chain_seal\":";
  private static final Pattern SEAL =
      Pattern.compile(
          "\\{\"sluice_chain_seal\":\\{\"version\":1,\"algorithm\":\"([a-z0-9-]+)\","
              + "\"file\":\"([A-Za-z0-9_.-]+)\",\"sequence\":(\\d{1,18}),\"lines\":(\\d{1,18}),"
              + "\"recovered\":(true|false),\"previous\":\"([0-9a-f]{64})\","
              + "\"head\":\"([0-9a-f]{64})\"\\}\\}");

  private ChainTrailer() {}

  /**
   * @param previousHead the head of the file before, 32 zero bytes where there is none
   * @param head of this file, its seal included
   */
  record Seal(
      String algorithm,
      String file,
      long sequence,
      long lines,
      boolean recovered,
      byte[] previousHead,
      byte[] head) {}

  /** Whether a line belongs to a trailer and is no record. */
  static boolean isTrailerLine(final byte[] line, final int length) {
    final int start = length > 0 && line[0] == '#' ? 1 : 0;
    return startsWith(line, length, start, HASHES_KEY) || startsWith(line, length, start, SEAL_KEY);
  }

  static byte[] write(final boolean json, final byte[] lineHashes, final Seal seal) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream(lineHashes.length * 3 / 2 + 512);
    final int step = HASHES_PER_LINE * ChainHash.LINE_HASH_BYTES;
    for (int at = 0; at < lineHashes.length; at += step) {
      final byte[] part =
          Arrays.copyOfRange(lineHashes, at, Math.min(at + step, lineHashes.length));
      line(out, json, HASHES_KEY + Base64.getEncoder().encodeToString(part) + "\"}");
    }
    final HexFormat hex = HexFormat.of();
    line(
        out,
        json,
        SEAL_KEY
            + "{\"version\":1,\"algorithm\":\""
            + seal.algorithm()
            + "\",\"file\":\""
            + seal.file()
            + "\",\"sequence\":"
            + seal.sequence()
            + ",\"lines\":"
            + seal.lines()
            + ",\"recovered\":"
            + seal.recovered()
            + ",\"previous\":\""
            + hex.formatHex(seal.previousHead())
            + "\",\"head\":\""
            + hex.formatHex(seal.head())
            + "\"}}");
    return out.toByteArray();
  }

  /** The hashes that a trailer line holds; empty where it is not one or is damaged. */
  static Optional<byte[]> hashes(final String line) {
    final String text = line.startsWith("#") ? line.substring(1) : line;
    if (!text.startsWith(HASHES_KEY) || !text.endsWith("\"}")) {
      return Optional.empty();
    }
    try {
      final byte[] hashes =
          Base64.getDecoder().decode(text.substring(HASHES_KEY.length(), text.length() - 2));
      return hashes.length % ChainHash.LINE_HASH_BYTES == 0
          ? Optional.of(hashes)
          : Optional.empty();
    } catch (final IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The seal that a trailer line holds; empty where it is not one or is damaged. */
  static Optional<Seal> seal(final String line) {
    final Matcher m = SEAL.matcher(line.startsWith("#") ? line.substring(1) : line);
    if (!m.matches()) {
      return Optional.empty();
    }
    final HexFormat hex = HexFormat.of();
    return Optional.of(
        new Seal(
            m.group(1),
            m.group(2),
            Long.parseLong(m.group(3)),
            Long.parseLong(m.group(4)),
            Boolean.parseBoolean(m.group(5)),
            hex.parseHex(m.group(6)),
            hex.parseHex(m.group(7))));
  }

  private static void line(final ByteArrayOutputStream out, final boolean json, final String text) {
    if (!json) {
      out.write('#');
    }
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    out.write('\n');
  }

  private static boolean startsWith(
      final byte[] line, final int length, final int start, final String key) {
    if (length - start < key.length()) {
      return false;
    }
    for (int i = 0; i < key.length(); i++) {
      if (line[start + i] != key.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
