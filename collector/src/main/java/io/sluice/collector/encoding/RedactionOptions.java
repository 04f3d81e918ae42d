package io.sluice.collector.encoding;

import java.util.Objects;
import java.util.Set;
import javax.crypto.SecretKey;

/**
 * What is taken out of events before anything leaves the process.
 *
 * @param userInfo whether user names and passwords in URLs are replaced
 * @param exactParameters query parameters whose values are replaced, compared as they are
 * @param parameters query parameters whose values are replaced, compared ignoring ASCII case and
 *     also as the last name of a bracketed one ({@code user[password]})
 * @param credentialHeaders whether the values of headers that carry credentials are replaced, where
 *     such headers were asked for at all
 * @param dropQuery whether everything from the question mark or number sign on is cut off
 * @param truncateAddresses whether client addresses lose their last bits (/24 and /48)
 * @param addressKey key of the hash that replaces client addresses; null to keep them. The same key
 *     gives the same pseudonyms on every sensor and after every restart.
 */
public record RedactionOptions(
    boolean userInfo,
    Set<String> exactParameters,
    Set<String> parameters,
    boolean credentialHeaders,
    boolean dropQuery,
    boolean truncateAddresses,
    SecretKey addressKey) {
  /** A shorter key could be found by trying. */
  public static final int MIN_KEY_BYTES = 16;

  /**
   * What OpenTelemetry's semantic conventions (url.query) list, whose comparison is case-sensitive.
   */
  public static final Set<String> OPENTELEMETRY_PARAMETERS =
      Set.of("AWSAccessKeyId", "Signature", "sig", "X-Goog-Signature");

  /** Further names that usually carry a credential; the default of {@code parameters}. */
  public static final Set<String> USUAL_PARAMETERS =
      Set.of(
          "access_token",
          "api-key",
          "api_key",
          "apikey",
          "auth_token",
          "client_secret",
          "id_token",
          "jsessionid",
          "jwt",
          "passwd",
          "password",
          "phpsessid",
          "pwd",
          "refresh_token",
          "secret",
          "session_id",
          "sessionid",
          "token",
          "x-amz-credential",
          "x-amz-security-token",
          "x-amz-signature",
          "x-goog-credential");

  public RedactionOptions {
    exactParameters = Set.copyOf(exactParameters);
    parameters = Set.copyOf(parameters);
    if (addressKey != null
        && Objects.requireNonNull(addressKey.getEncoded(), "key without bytes").length
            < MIN_KEY_BYTES) {
      throw new IllegalArgumentException(
          "cannot hash addresses: the key is shorter than "
              + MIN_KEY_BYTES
              + " bytes; use a random one of 32 bytes");
    }
  }

  /** Credentials in URLs and headers are replaced, addresses and queries are kept. */
  public static RedactionOptions defaults() {
    return new RedactionOptions(
        true, OPENTELEMETRY_PARAMETERS, USUAL_PARAMETERS, true, false, false, null);
  }

  /** Everything is kept as it was sent. */
  public static RedactionOptions none() {
    return new RedactionOptions(false, Set.of(), Set.of(), false, false, false, null);
  }

  public RedactionOptions withParameters(final Set<String> names) {
    return new RedactionOptions(
        userInfo,
        exactParameters,
        names,
        credentialHeaders,
        dropQuery,
        truncateAddresses,
        addressKey);
  }

  /** The same with everything in URLs kept as it was sent. */
  public RedactionOptions withUrlCredentials() {
    return new RedactionOptions(
        false, Set.of(), Set.of(), credentialHeaders, dropQuery, truncateAddresses, addressKey);
  }

  public RedactionOptions withCredentialHeaders(final boolean replaced) {
    return new RedactionOptions(
        userInfo, exactParameters, parameters, replaced, dropQuery, truncateAddresses, addressKey);
  }

  public RedactionOptions withDropQuery(final boolean drop) {
    return new RedactionOptions(
        userInfo,
        exactParameters,
        parameters,
        credentialHeaders,
        drop,
        truncateAddresses,
        addressKey);
  }

  public RedactionOptions withTruncateAddresses(final boolean truncate) {
    return new RedactionOptions(
        userInfo, exactParameters, parameters, credentialHeaders, dropQuery, truncate, addressKey);
  }

  public RedactionOptions withAddressKey(final SecretKey key) {
    return new RedactionOptions(
        userInfo,
        exactParameters,
        parameters,
        credentialHeaders,
        dropQuery,
        truncateAddresses,
        key);
  }
}
