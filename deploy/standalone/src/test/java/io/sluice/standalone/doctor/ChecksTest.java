package io.sluice.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksTest {
  @ParameterizedTest
  @CsvSource({
    "5.10.0-28-amd64,false",
    "5.18.19,false",
    "5.19.0,true",
    "6.1.0-13-amd64,true",
    "6.18.44,true",
    "4.19.0,false",
    "odd,false"
  })
  void kernelMustBeNewEnough(String version, boolean ok) {
    assertThat(Checks.kernel(version).ok()).isEqualTo(ok);
  }

  @Test
  void saysWhatToDoAboutTheJit() {
    assertThat(Checks.jit(Optional.of("1")).ok()).isTrue();
    assertThat(Checks.jit(Optional.empty()).ok()).isTrue();
    assertThat(Checks.jit(Optional.of("0")).line())
        .startsWith("TO DO")
        .endsWith("sysctl -w net.core.bpf_jit_enable=1");
  }

  @Test
  void warnsWhereEverybodyMayUseBpf() {
    assertThat(Checks.unprivileged(Optional.of("0")).ok()).isFalse();
    assertThat(Checks.unprivileged(Optional.of("2")).ok()).isTrue();
  }
}
