package io.sluice.collector.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PlainReadTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.pcap",
        "-",
        "a.pcap - b.pcapng",
        "--sensor x a.pcap",
        "a.pcap --sensor=x",
        "--sensor=x=y a.pcap",
        "--format tsv --fields ts,depth a.pcap b.pcap",
        "a.pcap --format=tsv --fields=request.url",
      })
  void setsWhatTheLibrarySets(String line) {
    String[] arguments = line.split(" ");
    String[] all = ("read " + line).split(" ");
    ReadCommand parsed = new ReadCommand();
    new CommandLine(parsed).parseArgs(arguments);
    assertThat(PlainRead.of(all)).usingRecursiveComparison().isEqualTo(parsed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "read",
        "read --help",
        "read -h a.pcap",
        "read --as-live a.pcap",
        "read --sensor",
        "read --sensor --format a.pcap",
        "read --sensor a --sensor b a.pcap",
        "read --sensor 'x a.pcap",
        "read @a.pcap",
        "read -- a.pcap",
        "read --format=",
        "read --form tsv a.pcap",
        "capture --interface eth0",
        "status",
      })
  void leavesTheRestToTheLibrary(String line) {
    assertThat(PlainRead.of(line.split(" "))).isNull();
  }

  @Test
  void leavesNoArgumentsToTheLibrary() {
    assertThat(PlainRead.of()).isNull();
    assertThat(PlainRead.of("read", "")).isNull();
  }
}
