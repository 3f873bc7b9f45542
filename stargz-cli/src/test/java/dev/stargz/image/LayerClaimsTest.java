package dev.stargz.image;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.StargzReader;
import dev.stargz.format.StargzVerifier;
import dev.stargz.format.VerifyReport;
import dev.stargz.format.VerifyReport.Difference;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerClaimsTest {
  private static final String ZEROS = "0".repeat(64);

  private static Blob blob() throws IOException {
    return Blobs.convert(tar().file("a", "content"));
  }

  private static VerifyReport report(Blob blob) throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob.bytes()))) {
      return StargzVerifier.verify(reader);
    }
  }

  /** The descriptor that a conversion writes. */
  private static Descriptor descriptor(Blob blob) {
    Descriptor source = Descriptor.of(MediaTypes.OCI_LAYER_GZIP, ContentDigest.of(new byte[0]), 9);
    return ConvertedLayer.of(blob.facts())
        .describe(source, false, source.digest(), blob.options().fingerprint());
  }

  private static Optional<ContentDigest> diffId(Blob blob) {
    return Optional.of(ContentDigest.of(blob.facts().diffId()));
  }

  private static List<String> differences(Blob blob, Descriptor descriptor) throws IOException {
    return what(new LayerClaims(descriptor, diffId(blob)).compare(report(blob)));
  }

  private static List<String> what(List<Difference> differences) {
    return differences.stream().map(Difference::what).toList();
  }

  @Test
  void what_a_conversion_writes_is_right() throws IOException {
    Blob blob = blob();
    Descriptor descriptor = descriptor(blob);
    LayerClaims claims = new LayerClaims(descriptor, diffId(blob));

    assertThat(differences(blob, descriptor)).isEmpty();
    assertThat(claims.tocOffset()).hasValue(blob.facts().tocOffset());
    assertThat(claims.uncompressedSize()).hasValue(blob.facts().uncompressedSize());
    assertThat(claims.namesToc(blob.facts().tocDigest())).isTrue();
  }

  @Test
  void what_is_not_said_is_no_difference() throws IOException {
    Blob blob = blob();
    Descriptor bare =
        Descriptor.of(
            MediaTypes.OCI_LAYER_GZIP, ContentDigest.of(blob.bytes()), blob.bytes().length);
    LayerClaims claims = new LayerClaims(bare, Optional.empty());

    assertThat(claims.compare(report(blob))).isEmpty();
    assertThat(claims.tocDigest()).isEmpty();
    assertThat(claims.tocOffset()).isEqualTo(OptionalLong.empty());
    assertThat(claims.namesToc(blob.facts().tocDigest())).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "containerd.io/snapshot/stargz/toc.digest, sha256:zeros",
    "containerd.io/snapshot/stargz/toc.digest, none",
    "io.containers.estargz.uncompressed-size, 1",
    "io.containers.estargz.uncompressed-size, -1",
    "dev.stargz.toc.offset, 1",
    "dev.stargz.toc.offset, 00",
    "dev.stargz.source.digest, sha256:1",
    "dev.stargz.source.digest, md5:zeros",
    "dev.stargz.source.tail, -1",
    "dev.stargz.source.tail, 67108865",
    "dev.stargz.source.tail, 1e3",
    "dev.stargz.conversion, ''",
    "dev.stargz.conversion, estargz",
  })
  void a_wrong_annotation_is_named(String key, String value) throws IOException {
    Blob blob = blob();
    Descriptor lie = descriptor(blob).withAnnotation(key, value.replace("zeros", ZEROS));

    assertThat(differences(blob, lie)).containsExactly("annotation " + key);
  }

  @Test
  void a_wrong_digest_size_or_diff_id_is_named() throws IOException {
    Blob blob = blob();
    Descriptor right = descriptor(blob);
    Descriptor otherDigest = right.withContent(ContentDigest.of(new byte[1]), right.size());
    Descriptor otherSize = right.withContent(right.digest(), right.size() + 1);

    assertThat(differences(blob, otherDigest)).containsExactly("digest in the manifest");
    assertThat(differences(blob, otherSize)).containsExactly("size in the manifest");
    assertThat(
            new LayerClaims(right, Optional.of(ContentDigest.of(new byte[1])))
                .compare(report(blob)))
        .singleElement()
        .hasToString(
            "diffId in the config: expected "
                + blob.facts().diffId()
                + ", found "
                + ContentDigest.of(new byte[1]));
  }

  @Test
  void digests_by_other_algorithms_are_named_as_not_compared() throws IOException {
    Blob blob = blob();
    ContentDigest sha512 = ContentDigest.parse("sha512:" + ZEROS + ZEROS);
    Descriptor right = descriptor(blob);
    Descriptor other = right.withContent(sha512, right.size());

    assertThat(new LayerClaims(right, diffId(blob)).unchecked()).isEmpty();
    assertThat(new LayerClaims(other, Optional.of(sha512)).unchecked())
        .containsExactly("digest in the manifest (sha512)", "diffId in the config (sha512)");
    assertThat(differences(blob, other)).isEmpty();
  }

  @Test
  void what_footer_and_toc_tell_is_compared_without_reading_more() throws IOException {
    Blob blob = blob();
    Descriptor lie =
        descriptor(blob)
            .withAnnotation(Annotations.TOC_OFFSET, "1")
            .withAnnotation(Annotations.TOC_DIGEST, "sha256:" + ZEROS)
            .withAnnotation(Annotations.UNCOMPRESSED_SIZE, "1");
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob.bytes()))) {
      assertThat(what(new LayerClaims(lie, diffId(blob)).compare(reader)))
          .containsExactly(
              "annotation " + Annotations.TOC_DIGEST, "annotation " + Annotations.TOC_OFFSET);
    }
  }
}
