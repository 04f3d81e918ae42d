package io.sluice.collector.audit;

import java.nio.file.Path;
import java.time.Duration;
import javax.crypto.SecretKey;

/**
 * How audit files are written.
 *
 * @param directory created where it does not exist
 * @param prefix of file names: letters, digits, '-' and '_'
 * @param extension of file names, without a dot
 * @param maxFileBytes a file that has this many bytes or more is followed by the next
 * @param maxFileAge a file older than this is followed by the next
 * @param flushInterval records wait in memory at most this long; a killed process loses them
 * @param keepFiles sealed files kept, 0 for all
 * @param chained whether files end with a hash chain
 * @param chainKey makes the chain one that only holders of the key can write; null for plain hashes
 */
public record FileSinkOptions(
    Path directory,
    String prefix,
    String extension,
    Compression compression,
    long maxFileBytes,
    Duration maxFileAge,
    Duration flushInterval,
    FsyncPolicy fsync,
    int keepFiles,
    boolean chained,
    SecretKey chainKey) {
  /** Records are gathered to blocks of this size, before compression. */
  public static final int BLOCK_BYTES = 256 * 1024;

  public FileSinkOptions {
    if (!prefix.matches("[A-Za-z0-9_-]{1,64}") || !extension.matches("[a-z0-9]{1,16}")) {
      throw new IllegalArgumentException(
          "cannot name audit files '"
              + prefix
              + "' and '"
              + extension
              + "': they need letters, digits, '-' or '_'; choose another name");
    }
    if (maxFileBytes < 1
        || keepFiles < 0
        || !maxFileAge.isPositive()
        || flushInterval.isNegative()) {
      throw new IllegalArgumentException(
          "cannot rotate audit files: a size or time is out of range; use positive ones");
    }
  }

  /** 100 MiB or a day, zstd, forced to the device when sealed, all kept, chained without a key. */
  public static FileSinkOptions defaults(final Path directory, final String extension) {
    return new FileSinkOptions(
        directory,
        "sluice",
        extension,
        Compression.ZSTD,
        100L << 20,
        Duration.ofDays(1),
        Duration.ofSeconds(1),
        FsyncPolicy.ON_SEAL,
        0,
        true,
        null);
  }

  public FileSinkOptions withCompression(final Compression value) {
    return new FileSinkOptions(
        directory,
        prefix,
        extension,
        value,
        maxFileBytes,
        maxFileAge,
        flushInterval,
        fsync,
        keepFiles,
        chained,
        chainKey);
  }

  public FileSinkOptions withRotation(final long bytes, final Duration age) {
    return new FileSinkOptions(
        directory,
        prefix,
        extension,
        compression,
        bytes,
        age,
        flushInterval,
        fsync,
        keepFiles,
        chained,
        chainKey);
  }

  public FileSinkOptions withFlushing(final Duration interval, final FsyncPolicy policy) {
    return new FileSinkOptions(
        directory,
        prefix,
        extension,
        compression,
        maxFileBytes,
        maxFileAge,
        interval,
        policy,
        keepFiles,
        chained,
        chainKey);
  }

  public FileSinkOptions withKeepFiles(final int files) {
    return new FileSinkOptions(
        directory,
        prefix,
        extension,
        compression,
        maxFileBytes,
        maxFileAge,
        flushInterval,
        fsync,
        files,
        chained,
        chainKey);
  }

  public FileSinkOptions withChain(final boolean value, final SecretKey key) {
    return new FileSinkOptions(
        directory,
        prefix,
        extension,
        compression,
        maxFileBytes,
        maxFileAge,
        flushInterval,
        fsync,
        keepFiles,
        value,
        key);
  }
}
