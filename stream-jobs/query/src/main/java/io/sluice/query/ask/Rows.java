package io.sluice.query.ask;

import java.util.List;

/**
 * An answer.
 *
 * @param columns names, unique
 * @param rows one list for each row, as long as {@code columns}; a value is a {@link String},
 *     {@link Long}, {@link Double}, {@link java.math.BigDecimal}, {@link Boolean} or {@link
 *     java.time.Instant}, or null where there is none
 */
public record Rows(List<String> columns, List<List<Object>> rows) {}
