package io.sluice.collector.pipeline;

import io.sluice.collector.event.RequestEvent;
import io.sluice.collector.testing.Corpus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Writes the events of each capture of the corpus to a folder, one file a capture, for scoring. */
final class CorpusEvents {
  private CorpusEvents() {}

  public static void main(String[] arguments) throws IOException {
    Path out = Files.createDirectories(Path.of(arguments[0]));
    JsonMapper json = new JsonMapper();
    for (Path capture : Corpus.captures()) {
      Path file = out.resolve(capture.getFileName() + ".jsonl");
      try (PrintWriter lines = new PrintWriter(Files.newBufferedWriter(file))) {
        Corpus.read(
            capture,
            PipelineOptions.defaults(),
            event -> lines.println(json.writeValueAsString(columns(event))));
      }
    }
  }

  private static Map<String, Object> columns(RequestEvent event) {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("id", event.id());
    columns.put("flow", event.flow());
    columns.put("request", event.request());
    columns.put("response", event.response());
    columns.put("depth", event.depth());
    columns.put("flags", event.flags());
    columns.put("client_ip", event.flow().clientIp());
    columns.put("client_port", event.flow().clientPort());
    columns.put("server_ip", event.flow().serverIp());
    columns.put("server_port", event.flow().serverPort());
    return columns;
  }
}
