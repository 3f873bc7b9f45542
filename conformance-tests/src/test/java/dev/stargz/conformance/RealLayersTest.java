package dev.stargz.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.StargzReader;
import dev.stargz.format.StargzVerifier;
import dev.stargz.format.VerifyReport;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.WrittenBlob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The bytes of a blob depend on the layer and the options, and on nothing else. */
class RealLayersTest {
  private static final WriterOptions FAST = WriterOptions.builder().level(1).build();

  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource(Layer.class)
  void the_verifier_finds_a_blob_faithful_and_the_facts_right(Layer layer) throws IOException {
    Converted blob = Converted.of(layer, Converted.DEFAULT_CHUNKS);
    try (StargzReader reader = blob.open()) {
      VerifyReport report = StargzVerifier.verify(reader);
      assertThat(report.differences()).isEmpty();
      assertThat(report.digest()).isEqualTo(blob.facts().digest());
      assertThat(report.size()).isEqualTo(Files.size(blob.file()));
      assertThat(report.diffId()).hasValue(blob.facts().diffId());
      assertThat(report.uncompressedSize()).isEqualTo(blob.facts().uncompressedSize());
    }
  }

  @ParameterizedTest
  @EnumSource(Layer.class)
  void converting_a_blob_again_gives_the_same_bytes(Layer layer) throws IOException {
    Converted once = Converted.of(layer, Converted.DEFAULT_CHUNKS);
    Converted twice = Converted.of(once.file(), temp.resolve("twice"), WriterOptions.defaults());
    shouldBeSame(once, twice);
  }

  @ParameterizedTest
  @CsvSource({
    "HARD, 1",
    "HARD, 8",
    "HARD_GNU, 1",
    "HARD_GNU, 8",
    "DEBIAN, 1",
    "DEBIAN, 8",
    "JDK, 1",
    "JDK, 8"
  })
  void any_number_of_threads_gives_the_same_bytes(Layer layer, int threads) throws IOException {
    Converted expected = Converted.of(layer, Converted.DEFAULT_CHUNKS);
    WriterOptions options = WriterOptions.builder().threads(threads).build();
    shouldBeSame(expected, Converted.of(layer.file(), temp.resolve("blob"), options));
  }

  /** At level 1, because the level does not matter here and time does. */
  @ParameterizedTest
  @EnumSource(
      value = Layer.class,
      names = {"HARD", "HARD_GNU", "DEBIAN"})
  void plain_gzip_and_zstd_give_the_same_bytes(Layer layer)
      throws IOException, InterruptedException {
    Needs.these("gzip", "zstd");
    Converted expected = Converted.of(layer.file(), temp.resolve("expected"), FAST);
    Path tar = plain(layer);
    Path source = temp.resolve("source");
    shouldBeSame(expected, convert(tar));

    Command.bash("gzip -1 -c < \"$1\" > \"$2\"", tar, source);
    shouldBeSame(expected, convert(source));

    long half = Files.size(tar) / 2 + 77;
    Command.bash(
        "{ head -c \"$3\" \"$1\" | gzip -1; tail -c +$(($3 + 1)) \"$1\" | gzip -1; } > \"$2\"",
        tar,
        source,
        half);
    shouldBeSame(expected, convert(source));

    Command.bash("zstd -q -1 -c < \"$1\" > \"$2\"", tar, source);
    shouldBeSame(expected, convert(source));

    Command.bash(
        "{ head -c \"$3\" \"$1\" | zstd -q -1; tail -c +$(($3 + 1)) \"$1\" | zstd -q -1; } > \"$2\"",
        tar,
        source,
        half);
    shouldBeSame(expected, convert(source));
  }

  private Path plain(Layer layer) throws IOException, InterruptedException {
    Path tar = temp.resolve("tar");
    boolean gzip = layer.file().toString().endsWith(".gz");
    Command.bash((gzip ? "gunzip -c" : "cat") + " < \"$1\" > \"$2\"", layer.file(), tar);
    return tar;
  }

  private Converted convert(Path source) throws IOException {
    return Converted.of(source, temp.resolve("blob"), FAST);
  }

  private static void shouldBeSame(Converted expected, Converted found) throws IOException {
    assertThat(Files.mismatch(expected.file(), found.file())).isEqualTo(-1);
    WrittenBlob facts = found.facts();
    assertThat(facts.digest()).isEqualTo(expected.facts().digest());
    assertThat(facts.diffId()).isEqualTo(expected.facts().diffId());
    assertThat(facts.tocDigest()).isEqualTo(expected.facts().tocDigest());
  }
}
