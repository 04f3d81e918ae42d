package io.sluice.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.jobs.kafka.KafkaSinks;
import io.sluice.jobs.kafka.KafkaSources;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/** What a savepoint relies on: of every operator of every job that is registered. */
class WiringTest {

  @Test
  void givesEachOperatorItsUidItsNameAndTheSameBound() throws Exception {
    StreamGraph graph = graph(String.join(",", Jobs.names()), true);

    Set<String> uids = new HashSet<>();
    assertThat(graph.getStreamNodes()).hasSizeGreaterThan(20);
    for (StreamNode node : graph.getStreamNodes()) {
      assertThat(node.getTransformationUID()).as(node.getOperatorName()).isNotBlank();
      assertThat(uids.add(node.getTransformationUID())).as(node.getTransformationUID()).isTrue();
      assertThat(node.getOperatorName()).isNotBlank();
      if (node.getParallelism() != 1 || node.getMaxParallelism() != 1) {
        assertThat(node.getMaxParallelism())
            .as(node.getOperatorName())
            .isEqualTo(JobOptions.MAX_PARALLELISM);
      }
    }
  }

  @Test
  void wouldNoticeAMissingUid() {
    assertThatThrownBy(() -> graph("request-log", false)).hasMessageContaining("UID");
  }

  private static StreamGraph graph(String jobs, boolean named) throws Exception {
    JobOptions options = JobOptions.parse("--jobs", jobs);
    Configuration flink = options.flink();
    flink.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(flink);
    Jobs.build(env, options, new KafkaSources(options), new KafkaSinks(options));
    if (!named) {
      env.fromSequence(1, 2).print();
    }
    return env.getStreamGraph();
  }
}
