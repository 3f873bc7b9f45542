package dev.stargz.extract;

import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.StargzReader;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.blob.DigestMismatchException;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.image.LyingBlob;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of an extraction that doesn't come to its end: whole files, and no others. */
@EnabledOnOs(OS.LINUX)
class FailedExtractionTest {
  private static final int CHUNK = 300_000;
  private static final long LIMIT_SECONDS = 60;
  private static final long START = System.currentTimeMillis() / 1000 - LIMIT_SECONDS;
  private static final Set<PosixFilePermission> OWNER_ALONE =
      PosixFilePermissions.fromString("rwx------");

  @TempDir Path temp;
  private Extracted out;

  @BeforeEach
  void setUp() {
    out = Extracted.to(temp.resolve("out")).with(ExtractOptions.defaults().withThreads(1));
  }

  /** A small file, one of three chunks, and another small one. */
  static Blob blob() throws IOException {
    return Blobs.convert(
        tar().dir("d/").file("d/first", "whole").file("d/large", pattern(3 * CHUNK)).file("z", "z"),
        WriterOptions.builder().chunkSize(CHUNK).threads(1).build());
  }

  /** Where the second chunk of the large file is. */
  static long secondChunk(Blob blob) throws IOException {
    return blob.toc().stream()
        .filter(entry -> entry.chunkOffset() == CHUNK)
        .findFirst()
        .orElseThrow()
        .offset();
  }

  @Test
  void of_a_chunk_that_is_not_what_its_digest_says_no_byte_is_written() throws IOException {
    Blob blob = blob();
    byte[] lie =
        LyingBlob.of(
            blob,
            json -> {
              int digest = json.indexOf("sha256:", json.indexOf("\"chunkOffset\":" + CHUNK));
              return json.substring(0, digest)
                  + "sha256:"
                  + "0".repeat(64)
                  + json.substring(digest + "sha256:".length() + 64);
            });
    long[] written = {0};
    out.listener(progress -> written[0] = progress.bytes());

    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(lie))) {
      assertThatThrownBy(() -> out.from(reader)).isInstanceOf(DigestMismatchException.class);
    }

    assertThat(written[0]).isBetween(1L, (long) CHUNK + "whole".length());
    assertThat(out.list()).containsExactly("d", "d/first");
    assertThat(out.text("d/first")).isEqualTo("whole");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void a_source_that_fails_leaves_whole_files_alone(int threads) throws IOException {
    Blob blob = blob();
    long second = secondChunk(blob);
    SourceThat source =
        new SourceThat(
            blob.bytes(),
            offset -> {
              if (offset == second) {
                throw new IOException("the server is gone");
              }
            });

    try (StargzReader reader = StargzReader.open(source)) {
      assertThatThrownBy(
              () -> out.with(ExtractOptions.defaults().withThreads(threads)).from(reader))
          .isInstanceOf(IOException.class)
          .hasMessage("the server is gone");
    }

    assertThat(out.list()).isSubsetOf("d", "d/first", "z").contains("d");
    assertThat(out.mode("d")).isEqualTo("40755"); // who can't read it can't see what is there
    assertThat(out.seconds("d")).isLessThan(START);
  }

  @Test
  void what_a_killed_extraction_left_closed_is_opened_by_the_next() throws IOException {
    Files.createDirectory(out.path(""));
    Files.createDirectory(out.path("d"), PosixFilePermissions.asFileAttribute(OWNER_ALONE));
    Files.createDirectory(out.path("mine"), PosixFilePermissions.asFileAttribute(OWNER_ALONE));

    try (StargzReader reader = blob().open()) {
      out.overwriting().from(reader, "d/first");
    }

    assertThat(out.mode("d")).isEqualTo("40755");
    assertThat(out.mode("mine")).isEqualTo("40700");
    assertThat(out.list()).containsExactly("d", "d/first", "mine");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void an_interrupt_ends_it_and_leaves_whole_files_alone(int threads) throws IOException {
    Blob blob = blob();
    long second = secondChunk(blob);
    Thread extracting = Thread.currentThread();
    SourceThat source =
        new SourceThat(
            blob.bytes(),
            offset -> {
              if (offset == second) {
                extracting.interrupt();
              }
            });

    try (StargzReader reader = StargzReader.open(source)) {
      assertThatThrownBy(
              () -> out.with(ExtractOptions.defaults().withThreads(threads)).from(reader))
          .isInstanceOf(InterruptedIOException.class);
    }

    assertThat(Thread.interrupted()).isTrue();
    assertThat(out.list()).isSubsetOf("d", "d/first", "d/large", "z").contains("d");
  }

  @Test
  void a_process_that_is_told_to_end_leaves_whole_files_alone() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Blocked.class.getName(),
                out.path("").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      assertThat(output.readLine()).isEqualTo("blocked");
      List<String> before = out.list();
      assertThat(before).hasSize(3).anyMatch(name -> name.startsWith("d/.stargzify-"));

      process.toHandle().destroy(); // SIGTERM, and its stdin stays open

      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(out.list()).containsExactly("d", "d/first");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Extracts until the second chunk of the large file, and waits there. */
  static final class Blocked {
    private Blocked() {}

    /** Extracts to the directory that is named. */
    public static void main(String[] args) throws IOException {
      Blob blob = blob();
      long second = secondChunk(blob);
      SourceThat source =
          new SourceThat(
              blob.bytes(),
              offset -> {
                if (offset == second) {
                  System.out.println("blocked");
                  System.in.read(); // the test that started it never writes, but ends
                }
              });
      try (StargzReader reader = StargzReader.open(source)) {
        Extracted.to(Path.of(args[0])).with(ExtractOptions.defaults().withThreads(1)).from(reader);
      }
    }
  }

  @Test
  void a_directory_that_may_not_be_written_to_is_an_error_with_path_call_and_reason()
      throws IOException {
    Path proc = Path.of("/proc/self/task"); // not even for root
    assertThatThrownBy(() -> Extracted.to(proc).overwriting().layer(tar().file("f", "x")))
        .isInstanceOf(ExtractException.class)
        .hasMessageContaining("/proc/self/task/f: openat: ");
    assertThat(Files.exists(proc.resolve("f"))).isFalse();
  }
}
