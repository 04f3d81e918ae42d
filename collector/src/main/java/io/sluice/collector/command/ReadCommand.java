package io.sluice.collector.command;

import io.sluice.collector.capture.CaptureFile;
import io.sluice.collector.capture.CaptureFileException;
import io.sluice.collector.capture.FrameHandler;
import io.sluice.collector.encoding.EventEncoding;
import io.sluice.collector.live.AsLive;
import io.sluice.collector.pipeline.ParallelPipeline;
import io.sluice.collector.pipeline.PipelineOptions;
import io.sluice.kernelfilter.FilterModel;
import io.sluice.kernelfilter.FilterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "read",
    description = "Reads capture files and prints each HTTP request as a line.",
    footer = {
      "",
      "Reads pcap and pcapng, plain, gzip or zstd. Needs no privileges. With several files each",
      "starts afresh and every event carries \"file\". Events before a file's damage are printed;",
      "the exit status is 1 where a file could not be read to its end."
    },
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class ReadCommand implements Callable<Integer> {
  private static final int FRAMES_PER_POLL = 4096;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Capture file; - is standard input.")
  private List<String> files;

  @Option(
      names = "--sensor",
      paramLabel = "NAME",
      description = "Sensor in the events (default: the host's name).")
  private String sensor;

  @Option(
      names = "--as-live",
      description = "Leave out what the kernel filter would leave out of a live capture.")
  private boolean asLive;

  @Mixin private FilterMixin filter = new FilterMixin();

  @Mixin private OutputMixin outputOptions = new OutputMixin();
  @Mixin private PipelineMixin pipelineOptions = new PipelineMixin();

  /** Sets a usual option; false where the option is no such. See {@link PlainRead}. */
  boolean set(String option, String value) {
    if (option.equals("--sensor") && sensor == null) {
      sensor = value;
      return true;
    }
    return outputOptions.set(option, value);
  }

  ReadCommand read(List<String> fileNames) {
    files = fileNames;
    return this;
  }

  @Override
  public Integer call() {
    PipelineOptions options = pipelineOptions.toOptions();
    if (!asLive && filter.isUsed()) {
      throw new CommandFailure(
          "cannot leave packets of a file out: a file is read whole; add --as-live");
    }
    FilterOptions live = asLive ? filter.over(FilterOptions.defaults()) : null;
    int exit = 0;
    List<EventEncoding> encodings = encodings(ParallelPipeline.SHARDS);
    try (EventLines output = new EventLines(encodings.getFirst())) {
      for (String file : files) {
        encodings.forEach(each -> each.captureFile(files.size() > 1 ? baseName(file) : null));
        try {
          read(file, options, live, encodings, output);
        } catch (CaptureFileException e) {
          // What was read before comes out before the message does.
          output.onIdle();
          System.err.println(e.getMessage());
          exit = 1;
        }
      }
    } catch (IOException | UncheckedIOException e) {
      if (EventLines.isClosedPipe(e)) {
        return exit;
      }
      throw EventLines.failure(e);
    }
    return exit;
  }

  /**
   * @param live what the kernel would let through, or null for everything
   * @param encodings one for each shard
   */
  private static void read(
      String path,
      PipelineOptions options,
      FilterOptions live,
      List<EventEncoding> encodings,
      EventLines output)
      throws CaptureFileException {
    int threads = Runtime.getRuntime().availableProcessors();
    try (CaptureFile file = CaptureFile.open(path);
        ParallelPipeline pipeline = new ParallelPipeline(options, encodings, output, threads)) {
      Progress progress = new Progress(file);
      FrameHandler frames =
          live == null ? pipeline : new AsLive(FilterModel.ofWire(live), pipeline);
      file.useBuffersOf(pipeline);
      file.onWaiting(() -> {
        pipeline.drain();
        output.onIdle();
      });
      try {
        while (file.poll(frames, FRAMES_PER_POLL) > 0) {
          progress.update();
        }
      } finally {
        progress.clear();
        pipeline.finish();
      }
    }
  }

  private List<EventEncoding> encodings(int count) {
    List<EventEncoding> encodings = new ArrayList<>();
    String name = SensorName.or(sensor);
    for (int i = 0; i < count; i++) {
      encodings.add(outputOptions.toEncoding(name));
    }
    return encodings;
  }

  private static String baseName(String file) {
    Path name = Path.of(file).getFileName();
    return name == null ? file : name.toString();
  }
}
