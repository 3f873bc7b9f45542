package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.WriterOptions.Missing;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.SparseFile;
import dev.stargz.format.fixture.SparseFile.Form;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bytes that must not change without a word in CHANGELOG.md: whoever converted a layer before finds
 * it again by its digest.
 */
class GoldenBlobTest {
  private static TarFixture layer() {
    return tar()
        .dir("./")
        .dir("./bin/")
        .file("./bin/tool", "#!/bin/sh\necho hello\n")
        .mode(0755)
        .owner(1000, 4294967294L)
        .ownerNames("alice", "staff")
        .xattr("security.capability", latin1("\u0001\0\0\u0002\u00ff"))
        .hardlink("./bin/alias", "./bin/tool")
        .symlink("./sh", "bin/tool")
        .charDevice("./null", 1, 3)
        .file(latin1("./n\u00ff"), latin1("0123456789"))
        .mtime(-1)
        .file("./empty", "")
        .sparse(Form.PAX_1_0, "./sparse", SparseFile.ofSize(30).data(8, "data"));
  }

  private static WriterOptions options(BlobFormat format, int level) {
    return WriterOptions.builder().threads(1).chunkSize(8).format(format).level(level).build();
  }

  @Test
  void theTocOfASmallLayerOneEntryALine() throws IOException {
    Blob blob = convert(layer(), options(BlobFormat.ESTARGZ, 0));
    try (InputStream golden = GoldenBlobTest.class.getResourceAsStream("golden-toc.json")) {
      assertThat(golden).isNotNull();
      String expected = new String(golden.readAllBytes(), UTF_8);
      assertThat(blob.tocJson().replace("},{", "},\n{") + "\n").isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ESTARGZ, a34b31dd77b5a904f7229a8f360213d455c9c55a6a8e33327afbe68bf6b036b2",
    "STARGZ, 6cbfb18f7098615f2521b0a672e067ba14d301225b47d02d2abc809a908a2ce0"
  })
  void theTarOfASmallLayer(BlobFormat format, String diffId) throws IOException {
    Blob blob = convert(layer(), options(format, 0));
    assertThat(blob.facts().diffId()).hasToString("sha256:" + diffId);
  }

  @ParameterizedTest
  @CsvSource({
    "ESTARGZ, 0, 15708d878a113bb4ec111ef249b180e96bd4aa0df01ce5fb7c2352c3db1a97fd",
    "ESTARGZ, 6, a730aa83d2c6c04a1f95e98e7ba90ff60b11e50e9ddf4845ee12d3212d1a88e1",
    "STARGZ, 6, af93f8e9ae7d25a266c79ad2a355e00f60952e83a2bc7d1caf811c292e15af06"
  })
  void theBlobOfASmallLayer(BlobFormat format, int level, String digest) throws IOException {
    Blob blob = convert(layer(), options(format, level));
    assertThat(blob.facts().digest()).hasToString("sha256:" + digest);
  }

  /**
   * Level 0 leaves the deflater's choices out of it. If this fails because bytes were meant to
   * change, then {@link StargzWriter#BYTE_VERSION} is to be raised, and what fails is to be
   * replaced by the new number and digest together: the number is how a later run knows that what
   * an earlier one made is not what it would make itself.
   */
  @Test
  void theByteVersionStandsForTheseBytes() throws IOException {
    MessageDigest sha256 = Digest.sha256();
    for (BlobFormat format : BlobFormat.values()) {
      for (WriterOptions options : variants(options(format, 0))) {
        sha256.update(convert(layer(), options).bytes());
        sha256.update(convert(large(), options).bytes());
        sha256.update(convert(tar(), options).bytes());
      }
    }
    assertThat(StargzWriter.BYTE_VERSION + " " + Digest.of(sha256))
        .isEqualTo("1 sha256:3b0c2446c63115b005e48d3640bf86bdf26d8d2665351a4cf2c26774e15f1fc7");
  }

  private static List<WriterOptions> variants(WriterOptions options) {
    return List.of(
        options,
        options.toBuilder().chunkSize(4096).build(),
        options.toBuilder()
            .prioritizedFiles(List.of(EntryName.of("bin/alias")))
            .missingPrioritized(Missing.WARNING)
            .build(),
        options.toBuilder().skipUnsupported(true).build());
  }

  /** What is listed in another way than it stands in the tar, and more than a deflater's slice. */
  private static TarFixture large() {
    TarFixture tar =
        tar()
            .global(Map.of("comment", "kept"))
            .hardlink("early", "late")
            .file("late", "1")
            .file("gone", "old")
            .hardlink("heir", "gone")
            .file("gone", "new")
            .file("big", pattern(200_000))
            .dir("dir")
            .file("dir/below", "")
            .file("dir", "no longer one")
            .blockDevice("sda", 8, 0)
            .fifo("fifo");
    for (int i = 0; i < 40; i++) {
      tar.symlink("link" + i, "late");
    }
    return tar;
  }
}
