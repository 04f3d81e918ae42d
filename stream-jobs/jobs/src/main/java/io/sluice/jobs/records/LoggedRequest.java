package io.sluice.jobs.records;

/**
 * One live request as the table {@code requests} holds it. All texts are bounded and clean.
 *
 * @param timeUs packet time of its first byte, microseconds since 1970 UTC
 * @param client the one that trusted proxies name, else the address that sent it
 * @param target as sent
 * @param status -1 without a response, as are its times
 * @param userAgent null without one
 * @param referrer null without one
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record LoggedRequest(
    long timeUs,
    String id,
    String sensor,
    String client,
    String clientIp,
    int clientPort,
    String serverIp,
    int serverPort,
    String method,
    String host,
    String target,
    String template,
    int status,
    long requestBytes,
    long responseBytes,
    long latencyUs,
    long durationUs,
    String userAgent,
    String referrer,
    String[] flags) {}
