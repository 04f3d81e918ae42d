package io.sluice.collector.sink;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/** The client's compression, which brings native libraries along. */
public final class KafkaCodecs {
  private KafkaCodecs() {}

  /**
   * Loads all of them, by use. The client does so with its first batch, when the process may no
   * longer be allowed to unpack a library.
   */
  public static void load() throws IOException {
    for (CompressionType type : CompressionType.values()) {
      try (OutputStream out =
          Compression.of(type)
              .build()
              .wrapForOutput(new ByteBufferOutputStream(1024), RecordBatch.CURRENT_MAGIC_VALUE)) {
        out.write(0);
      }
    }
  }
}
