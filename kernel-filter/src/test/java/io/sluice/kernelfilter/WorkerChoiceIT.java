package io.sluice.kernelfilter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Which worker gets a packet: that of its session, whatever it is wrapped in. */
class WorkerChoiceIT {
  private static final int SESSIONS = 500;

  @Test
  void bothDirectionsAreOneWorkersWhateverTheyAreIn() {
    List<UnaryOperator<Frames>> wrappings =
        List.of(
            frames -> frames,
            frames -> frames.vlan(0x8100, 7),
            frames -> frames.ipOptions(3),
            Frames::inIp,
            frames -> frames.inGre(0x2000, 5),
            frames -> frames.inGreTap(0, 0),
            frames -> frames.inVxlan(Tunnels.DEFAULT_VXLAN_PORT, 9));
    try (HttpFilter filter = Kernel.load(options())) {
      for (UnaryOperator<Frames> there : wrappings) {
        for (UnaryOperator<Frames> back : wrappings) {
          assertThat(filter.workerOf(back.apply(Frames.response("b")).build()))
              .isEqualTo(filter.workerOf(there.apply(Frames.request("a")).build()))
              .isNotZero();
        }
      }
    }
  }

  @Test
  void sessionsAreSharedEvenly() {
    try (HttpFilter filter = Kernel.load(options())) {
      for (String[] ends : new String[][] {{"10.0.0.1", "10.0.0.2"}, {"2001:db8::1", "::1"}}) {
        int[] shares = new int[4];
        for (int i = 0; i < SESSIONS; i++) {
          byte[] frame = Frames.request("a").between(ends[0], 40_000 + i, ends[1], 80).build();
          shares[Integer.remainderUnsigned(filter.workerOf(frame), shares.length)]++;
        }
        for (int share : shares) {
          assertThat(share).isBetween(SESSIONS / 4 - 50, SESSIONS / 4 + 50);
        }
      }
    }
  }

  @Test
  void tunnelsThatAreNotLookedIntoAndTheRestAreTheFirstWorkers() {
    List<byte[]> frames = new ArrayList<>();
    frames.add(Frames.request("a").inVxlan(Tunnels.DEFAULT_VXLAN_PORT, 9).build());
    frames.add(Frames.request("a").inIp().build());
    frames.add(Frames.request("a").protocol(17).build());
    frames.add(Frames.request("a").fragment(100).build());
    byte[] whole = Frames.request("a").build();
    for (int length = 34; length < 54; length++) {
      frames.add(java.util.Arrays.copyOf(whole, length));
    }
    try (HttpFilter filter = Kernel.load(FilterOptions.defaults())) {
      Set<Integer> workers = new HashSet<>();
      frames.forEach(frame -> workers.add(filter.workerOf(frame)));
      assertThat(workers).containsExactly(0);
    }
  }

  private static FilterOptions options() {
    return FilterOptions.defaults().lookingInto(Tunnels.ALL);
  }
}
