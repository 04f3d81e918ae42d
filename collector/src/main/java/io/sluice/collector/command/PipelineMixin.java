package io.sluice.collector.command;

import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.collector.protocol.http.HeaderNames;
import io.sluice.collector.protocol.http.HttpOptions;
import io.sluice.collector.protocol.http.TrustedProxies;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of decoding that all sources share. */
final class PipelineMixin implements Checked {
  private static final int MAX_URL_BYTES = 1 << 20;

  @Option(
      names = "--max-url-bytes",
      paramLabel = "N",
      description =
          "Of a longer URL the event has N bytes, and says so (default: ${DEFAULT-VALUE}).")
  @Allowed(least = 1, most = MAX_URL_BYTES)
  private int maxUrlBytes = HttpOptions.defaults().maxUrlBytes();

  @Reloadable
  @Option(
      names = "--headers",
      paramLabel = "NAME",
      split = ",",
      description = {
        "Headers of requests and responses that the events shall hold; * for all. Those that",
        "carry credentials (Authorization, Cookie, ...) must be named, and have their values only",
        "with --keep-header-credentials."
      })
  private List<String> headers = List.of();

  @Reloadable
  @Option(
      names = "--request-headers",
      paramLabel = "NAME",
      split = ",",
      description = "The same of requests only.")
  private List<String> requestHeaders = List.of();

  @Reloadable
  @Option(
      names = "--response-headers",
      paramLabel = "NAME",
      split = ",",
      description = "The same of responses only.")
  private List<String> responseHeaders = List.of();

  @Reloadable
  @Option(
      names = "--trust-forwarded",
      paramLabel = "CIDR",
      split = ",",
      description = {
        "Proxies (addresses or ranges) whose X-Forwarded-For or Forwarded is believed: events",
        "then tell flow.real_client_ip, the rightmost address that is not one of theirs."
      })
  @Allowed(text = "networks such as 10.0.0.0/8,fd00::/8")
  private List<String> trusted = List.of();

  @Mixin private RedactionMixin redaction = new RedactionMixin();

  @Override
  public List<Runnable> checks() {
    return List.of(
        () -> names("--request-headers", requestHeaders),
        () -> names("--response-headers", responseHeaders),
        this::proxies);
  }

  PipelineOptions toOptions() {
    return PipelineOptions.defaults()
        .withMaxUrlBytes(maxUrlBytes)
        .withHeaders(
            names("--request-headers", requestHeaders),
            names("--response-headers", responseHeaders))
        .withTrustedProxies(proxies())
        .withRedaction(redaction.toOptions());
  }

  private HeaderNames names(String option, List<String> ofOneSide) {
    List<String> names = new ArrayList<>(headers);
    names.addAll(ofOneSide);
    try {
      return HeaderNames.of(names);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          "cannot use --headers or "
              + option
              + ": "
              + e.getMessage()
              + "; give names such as X-Request-Id,Accept",
          e);
    }
  }

  private TrustedProxies proxies() {
    try {
      return TrustedProxies.of(trusted);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(
          "cannot use --trust-forwarded: " + e.getMessage() + "; give one such as 10.0.0.0/8", e);
    }
  }
}
