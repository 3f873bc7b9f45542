package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large layers in JVMs of little heap. What they write is read by gzip and by our reader. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class MemoryTest {
  private static final int ENTRIES = 30_000;
  private static final long MEAN_SIZE = 72_000;

  @TempDir Path temp;

  /** At level 1: a faster encoder leaves no less to be held in memory, and saves minutes. */
  @Test
  void a_layer_of_2_gib_and_30_000_entries_is_converted_in_64_mb()
      throws IOException, InterruptedException {
    Needs.these("gzip");
    // nothing is kept: what one process writes the others decompress and hash
    Object[] java = java("-Xmx64m", "layer", ENTRIES, MEAN_SIZE, "/dev/stdout").toArray();
    String found = new String(Command.bash("\"$@\" | gunzip -c | sha256sum", java), US_ASCII);
    List<String> facts = Files.readAllLines(facts());
    assertThat(Long.parseLong(facts.get(2))).isBetween(2L << 30, 5L << 29);
    assertThat("sha256:" + found).startsWith(facts.get(1) + " ");
  }

  @Test
  void a_toc_of_200_000_entries_is_written_and_read_in_256_mb()
      throws IOException, InterruptedException {
    Path blob = temp.resolve("blob");
    List<String> written = run(java("-Xmx256m", "layer", 200_000, 0, blob));
    String path = "usr/share/directory-001999/some-file-of-the-layer-000199999.txt";
    List<String> read = run(java("-Xmx256m", "read", blob, written.get(0), path));
    assertThat(read.get(0)).isEqualTo("200001"); // and the landmark
    assertThat(read.get(1)).startsWith("sha256:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"posix", "gnu"})
  void a_sparse_file_of_3_gib_comes_back_in_64_mb(String format)
      throws IOException, InterruptedException {
    Needs.these("tar");
    Path file = temp.resolve("sparse");
    Path tar = temp.resolve("tar");
    Path blob = temp.resolve("blob");
    Command.bash(
        """
        truncate -s 3G "$1"
        for mib in 0 1 1500 3071; do
          printf 'data at %s' "$mib" | dd of="$1" bs=1M seek="$mib" conv=notrunc status=none
        done
        tar --create --sparse --format="$2" --file="$3" -C "$4" sparse
        """,
        file, format, tar, temp);
    assertThat(tar.toFile().length()).isLessThan(1 << 20);
    List<String> written = run(java("-Xmx64m", "file", tar, blob));
    assertThat(Long.parseLong(written.get(2))).isGreaterThan(3L << 30);
    List<String> read = run(java("-Xmx64m", "read", blob, written.get(0), "sparse"));
    String expected = new String(Command.run("sha256sum", file), US_ASCII);
    assertThat("sha256:" + expected).startsWith(read.get(1) + " ");
  }

  private Path facts() {
    return temp.resolve("facts");
  }

  private List<Object> java(String heap, Object... arguments) {
    List<Object> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java"));
    command.add(heap);
    command.add("-XX:+UseSerialGC"); // this and the next as the launcher does, which says why
    if (Runtime.version().feature() < 22) {
      command.add("-XX:+UnlockDiagnosticVMOptions");
      command.add("-XX:GCLockerRetryAllocationCount=1000");
    }
    command.addAll(List.of("-Xlog:disable", "-Xlog:all=warning:stderr")); // stdout is the blob's
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(MemoryTasks.class.getName());
    command.add(facts());
    command.addAll(List.of(arguments));
    return command;
  }

  private List<String> run(List<Object> command) throws IOException, InterruptedException {
    Command.run(command.toArray());
    return Files.readAllLines(facts());
  }
}
