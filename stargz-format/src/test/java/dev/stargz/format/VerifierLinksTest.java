package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Forge;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Hard links, of which a TOC may lie in ways of their own. */
class VerifierLinksTest {
  private static VerifyReport verify(byte[] blob) throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob))) {
      VerifyReport report = StargzVerifier.verify(reader);
      assertThat(StargzVerifier.verify(reader, VerifyOptions.defaults().withThreads(3)))
          .isEqualTo(report);
      return report;
    }
  }

  /** The blob under a TOC in which {@code from} reads {@code to}. */
  private static VerifyReport withTocChanged(TarFixture tar, String from, String to)
      throws IOException {
    Blob blob = convert(tar);
    assertThat(blob.tocJson()).contains(from);
    byte[] before = Arrays.copyOf(blob.bytes(), Math.toIntExact(blob.facts().tocOffset()));
    return verify(Forge.blob().raw(before).withToc(blob.tocJson().replace(from, to)));
  }

  @Test
  void linksOfAllKindsAreVerifiedAsTheyAreWritten() throws IOException {
    TarFixture tar =
        tar()
            .hardlink("early", "a")
            .file("a", "old")
            .hardlink("h1", "a")
            .hardlink("h2", "h1")
            .file("a", "new")
            .symlink("s", "a")
            .hardlink("hs", "s")
            .hardlink("gone", "lower")
            .hardlink("self", "self");
    assertThat(verify(convert(tar).bytes()).differences()).isEmpty();
  }

  @Test
  void aLinkThatNamesAnotherLinkToTheSameContentIsNoLie() throws IOException {
    TarFixture tar = tar().file("a", "x").hardlink("b", "a").hardlink("c", "a");
    String link = "\"linkName\":\"a\",\"mode\":420}]}";
    assertThat(withTocChanged(tar, link, link.replace("\"a\"", "\"b\"")).differences()).isEmpty();
  }

  @Test
  void aLinkToOtherContentIsALie() throws IOException {
    TarFixture tar = tar().file("a", "x").file("b", "y").hardlink("h", "a");
    assertThat(withTocChanged(tar, "\"linkName\":\"a\"", "\"linkName\":\"b\"").isFaithful())
        .isFalse();
  }

  @Test
  void contentForALinkToItselfIsALie() throws IOException {
    TarFixture tar = tar().file("a", "x").hardlink("h", "h");
    assertThat(withTocChanged(tar, "\"linkName\":\"h\"", "\"linkName\":\"a\"").isFaithful())
        .isFalse();
  }

  @Test
  void contentForLinksInACircleIsALie() throws IOException {
    TarFixture tar = tar().file("a", "x").hardlink("g", "h").hardlink("h", "g");
    assertThat(withTocChanged(tar, "\"linkName\":\"g\"", "\"linkName\":\"a\"").isFaithful())
        .isFalse();
  }

  @Test
  void aLinkWithoutATargetIsALie() throws IOException {
    TarFixture tar = tar().file("a", "x").hardlink("h", "a");
    assertThat(withTocChanged(tar, "\"linkName\":\"a\",", "").isFaithful()).isFalse();
  }
}
