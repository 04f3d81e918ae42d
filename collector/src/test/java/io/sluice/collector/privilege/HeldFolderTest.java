package io.sluice.collector.privilege;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.collector.posix.LibcProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldFolderTest {
  @TempDir Path folder;

  @Test
  void isMadeAndReachedThroughADescriptor() throws IOException {
    Path held = HeldFolder.open(folder.resolve("a/b"), null, name -> true);
    Files.writeString(held.resolve("file"), "text");
    assertThat(folder.resolve("a/b/file")).hasContent("text");
    assertThat(held.toRealPath()).isEqualTo(folder.toRealPath().resolve("a/b"));
  }

  @Test
  void isGivenWithItsFilesToWhoUsesIt() throws IOException {
    assumeTrue(LibcProcess.geteuid() == 0, "SKIPPED LOUDLY: giving a folder away needs root");
    LibcProcess.Account nobody = LibcProcess.getpwnam("nobody");
    Path file = Files.createFile(folder.resolve("1.spool"));
    HeldFolder.open(folder, nobody, name -> name.endsWith(".spool"));
    assertThat(Files.getAttribute(folder, "unix:uid")).isEqualTo(nobody.uid());
    assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(nobody.uid());
    assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(nobody.gid());
  }

  @Test
  void isNotGivenAwayWithWhatIsNotOurs() throws IOException {
    assumeTrue(LibcProcess.geteuid() == 0, "SKIPPED LOUDLY: giving a folder away needs root");
    Path other = Files.createFile(folder.resolve("passwords"));
    LibcProcess.Account nobody = LibcProcess.getpwnam("nobody");
    assertThatThrownBy(() -> HeldFolder.open(folder, nobody, name -> name.endsWith(".spool")))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "cannot use %s: it holds passwords, which is not ours; give another folder", folder);
    assertThat(Files.getAttribute(folder, "unix:uid")).isEqualTo(0);
    // Nor by another name for it.
    Files.delete(other);
    Path elsewhere = Files.createTempFile("held", "");
    Files.createLink(folder.resolve("1.spool"), elsewhere);
    assertThatThrownBy(() -> HeldFolder.open(folder, nobody, name -> true))
        .hasMessageContaining("1.spool");
    assertThat(Files.getAttribute(elsewhere, "unix:uid")).isEqualTo(0);
    Files.delete(elsewhere);
  }
}
