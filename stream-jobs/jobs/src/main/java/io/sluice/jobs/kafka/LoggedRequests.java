package io.sluice.jobs.kafka;

import io.sluice.jobs.records.Group;
import io.sluice.jobs.records.Incoming;
import io.sluice.jobs.records.LoggedRequest;
import io.sluice.jobs.records.Request;
import io.sluice.schemas.Flow;
import io.sluice.schemas.RequestEvent;
import io.sluice.schemas.SchemaHistory;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/** Live requests with what the statistics don't need; all else is left out. */
public final class LoggedRequests extends RichFlatMapFunction<Incoming, LoggedRequest> {
  private static final long serialVersionUID = 1;

  private static final int MAX_TARGET_BYTES = 2048;
  private static final int MAX_TEXT_BYTES = 1024;
  private static final int MAX_FLAGS = 64;

  private transient BinaryMessageDecoder<RequestEvent> decoder;

  @Override
  public void open(OpenContext context) {
    AvroSetup.apply();
    decoder = RequestEvent.createDecoder(SchemaHistory.INSTANCE);
  }

  @Override
  public void flatMap(Incoming record, Collector<LoggedRequest> out) throws IOException {
    if (record.kind() == Incoming.Kind.LIVE) {
      // The source has read these bytes before, so they can be read.
      out.collect(logged(decoder.decode(record.raw().value(), null), record));
    }
  }

  private static LoggedRequest logged(RequestEvent event, Incoming record) {
    Request request = record.request();
    Group group = request.group();
    Flow flow = event.getFlow();
    Instant ts = event.getTs();
    // A time that the statistics have clamped is clamped here too.
    long timeUs =
        request.timeMs() == ts.toEpochMilli()
            ? ChronoUnit.MICROS.between(Instant.EPOCH, ts)
            : request.timeMs() * 1000;
    List<String> flags = event.getFlags();
    return new LoggedRequest(
        timeUs,
        Text.clean(event.getId(), RequestReader.MAX_ID_BYTES),
        record.sensor(),
        request.text(Request.CLIENT),
        Text.clean(flow.getClientIp(), RequestReader.MAX_CLIENT_BYTES),
        flow.getClientPort(),
        Text.clean(flow.getServerIp(), RequestReader.MAX_CLIENT_BYTES),
        flow.getServerPort(),
        group.method(),
        request.text(Request.HOST),
        Text.clean(event.getRequest().getTarget(), MAX_TARGET_BYTES),
        group.path(),
        event.getResponse() == null ? -1 : request.status(),
        request.requestBytes(),
        request.responseBytes(),
        request.latencyUs(),
        request.durationUs(),
        Text.clean(event.getRequest().getUserAgent(), MAX_TEXT_BYTES),
        Text.clean(event.getRequest().getReferrer(), MAX_TEXT_BYTES),
        flags.stream()
            .limit(MAX_FLAGS)
            .map(flag -> Text.clean(flag, RequestReader.MAX_CLIENT_BYTES))
            .toArray(String[]::new));
  }
}
