package io.sluice.collector.command;

import io.sluice.collector.encoding.RedactionOptions;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options of what is taken out of events before they go anywhere. */
final class RedactionMixin implements Checked {
  @Reloadable
  @Option(
      names = "--redact-parameters",
      paramLabel = "NAME",
      split = ",",
      description = {
        "Parameters in URLs whose values are replaced by REDACTED, in any case, beside the usual",
        "ones (password, token, sig, ...)."
      })
  private List<String> parameters = List.of();

  @Reloadable
  @Option(
      names = "--keep-url-credentials",
      description = "Leave user names, passwords and tokens in URLs as they were sent.",
      fallbackValue = "true")
  private boolean keepUrlCredentials;

  @Reloadable
  @Option(
      names = "--keep-header-credentials",
      description = "Leave the values of headers such as Authorization, where asked for.",
      fallbackValue = "true")
  private boolean keepHeaderCredentials;

  @Reloadable
  @Option(
      names = "--drop-query",
      description = "Cut URLs off before the question mark or number sign.",
      fallbackValue = "true")
  private boolean dropQuery;

  @Reloadable
  @Option(
      names = "--truncate-clients",
      description = "Cut client addresses to their /24 or /48.",
      fallbackValue = "true")
  private boolean truncateClients;

  @Reloadable
  @Option(
      names = "--client-key",
      paramLabel = "FILE",
      description = {
        "Replace client addresses by keyed pseudonyms: equal ones stay equal. The file holds the",
        "key in hexadecimal digits, as openssl rand -hex 32 writes it."
      })
  private Path clientKey;

  @Override
  public List<Runnable> checks() {
    return List.of(this::toOptions);
  }

  RedactionOptions toOptions() {
    if (keepUrlCredentials && !parameters.isEmpty()) {
      throw new CommandFailure(
          "cannot use --redact-parameters: --keep-url-credentials leaves URLs as they are; give one"
              + " of the two");
    }
    RedactionOptions options = RedactionOptions.defaults();
    if (keepUrlCredentials) {
      options = options.withUrlCredentials();
    } else if (!parameters.isEmpty()) {
      options = options.withParameters(withUsual(parameters));
    }
    return options
        .withCredentialHeaders(!keepHeaderCredentials)
        .withDropQuery(dropQuery)
        .withTruncateAddresses(truncateClients)
        .withAddressKey(Key.read(clientKey));
  }

  private static Set<String> withUsual(List<String> own) {
    Set<String> names = new HashSet<>(RedactionOptions.USUAL_PARAMETERS);
    for (String name : own) {
      if (name.isBlank()) {
        throw new CommandFailure(
            "cannot use --redact-parameters: a name is empty; give names such as session,otp");
      }
      names.add(name.strip());
    }
    return names;
  }
}
