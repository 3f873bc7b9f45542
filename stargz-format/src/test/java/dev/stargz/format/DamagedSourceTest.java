package dev.stargz.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.github.luben.zstd.ZstdOutputStream;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.SparseFile;
import dev.stargz.format.fixture.TarFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A source that was damaged: the writer throws an exception of the library's own, or makes the blob
 * that it would have made, or, where a plain tar has no checksum to tell by, an honest blob of what
 * it was given. It never hangs.
 */
class DamagedSourceTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  private static TarFixture tar() {
    return TarFixture.tar()
        .dir("./")
        .file("a", GeneratedTar.someBytes(600, 1))
        .xattr("user.x", new byte[] {1, -1})
        .pax("mtime", "123.5")
        .in(Dialect.GNU)
        .file("long".repeat(30), "long")
        .hardlink("hard", "a")
        .symlink("soft", "a");
  }

  private static Optional<Blob> convert(byte[] source) throws IOException {
    try {
      WriterOptions options =
          WriterOptions.builder()
              .threads(1)
              .level(1)
              .chunkSize(512)
              .maxExpandedSize(1 << 20)
              .build();
      return Optional.of(Blobs.convert(source, options));
    } catch (StargzException e) {
      return Optional.empty();
    }
  }

  // ---- compressed sources, whose checksums tell

  private static byte[] zstd(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZstdOutputStream zstd = new ZstdOutputStream(out)) {
      zstd.setChecksum(true);
      zstd.write(content);
    }
    return out.toByteArray();
  }

  private static List<byte[]> compressed() throws IOException {
    TarFixture tar = tar();
    return List.of(tar.gzip(), tar.gzip(700, 1111), zstd(tar.bytes()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x01, 0x10, 0x80, 0xff})
  void a_flipped_byte_of_gzip_or_zstd_is_found_or_changes_nothing(int mask) throws IOException {
    byte[] expected = convert(tar().bytes()).orElseThrow().bytes();
    for (byte[] source : compressed()) {
      assertThat(convert(source).orElseThrow().bytes()).isEqualTo(expected);
      int[] unseen = {0};
      assertTimeoutPreemptively(
          LONG,
          () -> {
            for (int at = 0; at < source.length; at++) {
              Optional<Blob> blob = convert(Damage.flip(source, at, mask));
              if (blob.isPresent()) {
                assertThat(blob.get().bytes()).as("byte %d", at).isEqualTo(expected);
                unseen[0]++;
              }
            }
          });
      assertThat(unseen[0]).as("bytes that nobody looks at").isLessThan(50);
    }
  }

  @Test
  void a_gzip_or_zstd_source_cut_anywhere_is_refused() throws IOException {
    for (byte[] source : compressed()) {
      for (int length = 1; length < source.length; length++) {
        assertThat(convert(Arrays.copyOf(source, length))).as("cut to %d bytes", length).isEmpty();
      }
    }
  }

  // ---- plain tars

  /** The end-of-archive blocks may be missing, and so may whole entries: nothing tells. */
  @Test
  void a_plain_tar_cut_between_two_entries_converts_and_any_other_is_refused() throws IOException {
    byte[] tar = tar().bytes();
    int entries = tar().entries().length;
    int converted = 0;
    for (int length = 0; length < tar.length; length += step(length)) {
      Optional<Blob> blob = convert(Arrays.copyOf(tar, length));
      boolean blocks = length % 512 == 0 || length > entries;
      assertThat(blob.isPresent() && !blocks).as("cut to %d bytes", length).isFalse();
      if (blob.isPresent() && length <= entries) {
        assertThat(blob.get().sourceEntries()).isEqualTo(Arrays.copyOf(tar, length));
        converted++;
      }
    }
    assertThat(converted).as("places between entries").isEqualTo(6);
  }

  /** Every place around a block's border, and some between. */
  private static int step(int length) {
    int inBlock = length % 512;
    return inBlock < 2 || inBlock > 509 ? 1 : inBlock < 450 ? 50 : 510 - inBlock;
  }

  @ParameterizedTest
  @ValueSource(ints = {0x01, 0x20, 0x80})
  void a_flipped_byte_of_a_plain_tar_is_found_or_comes_back(int mask) {
    byte[] tar = tar().bytes();
    assertTimeoutPreemptively(
        LONG,
        () -> {
          for (int at : places(tar)) {
            shouldBeHonest(Damage.flip(tar, at, mask), true);
          }
        });
  }

  /** With the checksum put right, every field is read with every kind of nonsense in it. */
  @ParameterizedTest
  @ValueSource(ints = {0x01, 0x08, 0x40, 0x80, 0xff})
  void a_flipped_byte_under_a_right_checksum_is_found_or_comes_back(int mask) {
    byte[] tar =
        tar().sparse(SparseFile.Form.OLD_GNU, "s", SparseFile.ofSize(2000).data(600, "x")).bytes();
    assertTimeoutPreemptively(
        LONG,
        () -> {
          for (int at : places(tar)) {
            shouldBeHonest(Damage.flipInHeader(tar, at, mask), false);
          }
        });
  }

  /** Every byte that is not zero, and every fifth one: most of a tar is zeros. */
  private static int[] places(byte[] tar) {
    return IntStream.range(0, tar.length - 1024)
        .filter(at -> tar[at] != 0 || at % 5 == 0)
        .toArray();
  }

  private static void shouldBeHonest(byte[] tar, boolean inOrder) throws IOException {
    Optional<Blob> blob = convert(tar);
    if (blob.isPresent()) {
      try (StargzReader reader = blob.get().open()) {
        readAll(reader);
        assertThat(StargzVerifier.verify(reader).differences()).isEmpty();
      }
      byte[] entries = blob.get().sourceEntries();
      if (inOrder) {
        assertThat(entries).isEqualTo(Arrays.copyOf(tar, entries.length));
      }
    }
  }

  private static void readAll(StargzReader reader) throws IOException {
    try {
      Damage.show(reader);
    } catch (StargzException e) {
      // what a flipped name leaves is a hard link to nothing
      assertThat(e).hasMessageContaining("a hard link to");
    }
  }

  // ---- any tar

  @Provide
  Arbitrary<GeneratedTar> tars() {
    return GeneratedTar.any(Arbitraries.of(0, 1, 511, 512, 513, 1500));
  }

  @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
  void any_tar_with_changed_bytes_under_right_checksums_is_refused_or_comes_back(
      @ForAll("tars") GeneratedTar tar, @ForAll long seed) {
    byte[] bytes = tar.tar().bytes();
    Random random = new Random(seed);
    assertTimeoutPreemptively(
        LONG,
        () -> {
          for (int i = 0; i < 20; i++) {
            byte[] changed = bytes;
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
              int at = random.nextInt(bytes.length);
              changed = Damage.flipInHeader(changed, at, 1 + random.nextInt(255));
            }
            shouldBeHonest(changed, false);
          }
        });
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void bytes_that_are_no_tar_are_refused(@ForAll byte[] bytes, @ForAll long seed) {
    byte[] start = bytes.length == 0 ? "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8) : bytes;
    byte[] source = Arrays.copyOf(start, start.length + 512);
    new Random(seed).nextBytes(source);
    assertTimeoutPreemptively(LONG, () -> assertThat(convert(source)).isEmpty());
  }
}
