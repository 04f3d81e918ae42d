package io.sluice.collector.command;

import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.collector.protocol.http.HttpOptions;
import picocli.CommandLine.Option;

/** The options of decoding that all sources share. */
final class PipelineMixin {
  private static final int MAX_URL_BYTES = 1 << 20;

  @Option(
      names = "--max-url-bytes",
      paramLabel = "N",
      description =
          "Of a longer URL the event has N bytes, and says so (default: ${DEFAULT-VALUE}).")
  private int maxUrlBytes = HttpOptions.defaults().maxUrlBytes();

  PipelineOptions toOptions() {
    if (maxUrlBytes < 1 || maxUrlBytes > MAX_URL_BYTES) {
      throw new CommandFailure(
          "cannot use --max-url-bytes " + maxUrlBytes + ": give 1 to " + MAX_URL_BYTES);
    }
    return PipelineOptions.defaults().withMaxUrlBytes(maxUrlBytes);
  }
}
