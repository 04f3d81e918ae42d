package io.sluice.jobs.functions;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;

/** Side outputs with their type given, never guessed. */
final class Tags {
  private Tags() {}

  static <T> OutputTag<T> of(String id, Class<T> type) {
    return new OutputTag<>(id, TypeInformation.of(type));
  }
}
