package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.WriterWarning.Kind;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that belong to the format: TOC and landmarks of the input are dropped. */
class ReservedNamesTest {
  private static final WriterOptions SKIP =
      WriterOptions.builder().threads(1).skipUnsupported(true).build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stargz.index.json",
        "./stargz.index.json",
        "/stargz.index.json",
        "x/../stargz.index.json",
        ".prefetch.landmark",
        "./.prefetch.landmark",
        ".no.prefetch.landmark"
      })
  void anEntryOfAReservedNameIsDroppedWithAWarning(String name) throws IOException {
    TarFixture tar = tar().file("a", "1");
    byte[] first = tar.entries();
    tar.file(name, "payload of its own");
    byte[] second = tar().file("b", "2").entries();
    Blob blob = convert(tar.raw(second));
    assertThat(blob.listing()).containsExactly("reg a", "reg b");
    assertThat(blob.sourceEntries()).isEqualTo(tar().raw(first).raw(second).entries());
    assertThat(blob.warnings()).containsExactly(Kind.RESERVED_NAME_DROPPED);
    assertThat(blob.facts().warnings().get(0).entry()).contains(EntryName.of(name));
    assertThat(blob.facts().warnings().get(0).message()).contains("'" + name + "'");
  }

  @Test
  void extensionsOfADroppedEntryAreDroppedWithIt() throws IOException {
    TarFixture tar = tar().file("stargz.index.json", "{}").xattr("user.a", new byte[3]);
    assertThat(convert(tar).sourceEntries()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(chars = {'1', '2', '5', '6'})
  void aReservedNameIsDroppedWhateverItIs(char typeflag) throws IOException {
    Blob blob = convert(tar().entry(typeflag, "stargz.index.json").file("a", "1"));
    assertThat(blob.listing()).containsExactly("reg a");
    assertThat(blob.warnings()).containsExactly(Kind.RESERVED_NAME_DROPPED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "d/stargz.index.json",
        "stargz.index.json2",
        "d/.prefetch.landmark",
        "STARGZ.INDEX.JSON"
      })
  void thoseNamesAreFreeElsewhere(String name) throws IOException {
    Blob blob = convert(tar().file(name, "x"));
    assertThat(blob.sourceEntries()).isNotEmpty();
    assertThat(blob.text(name)).isEqualTo("x");
    assertThat(blob.warnings()).isEmpty();
  }

  @Test
  void anEntryBelowAReservedNameIsAnErrorThatNamesIt() {
    TarFixture tar = tar().dir("stargz.index.json/").file("./stargz.index.json/below", "x");
    assertThatThrownBy(() -> convert(tar))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("'./stargz.index.json/below'")
        .hasMessageContaining("byte 512 of the tar");
  }

  @Test
  void anEntryBelowAReservedNameIsDroppedIfAskedFor() throws IOException {
    Blob blob = convert(tar().file(".prefetch.landmark/a/b", "x").file("f", "y"), SKIP);
    assertThat(blob.listing()).containsExactly("reg f");
    assertThat(blob.warnings()).containsExactly(Kind.UNSUPPORTED_DROPPED);
  }

  @Test
  void convertingABlobAgainGivesTheSameBlob() throws IOException {
    Blob once = convert(tar().dir("d/").file("d/f", "x").hardlink("h", "d/f").file("e", ""));
    Blob twice = convert(once.bytes());
    assertThat(twice.bytes()).isEqualTo(once.bytes());
    assertThat(twice.warnings())
        .containsExactly(Kind.RESERVED_NAME_DROPPED, Kind.RESERVED_NAME_DROPPED);
  }

  @Test
  void convertingFromOneFormatToTheOtherAndBackGivesTheSameBlob() throws IOException {
    WriterOptions stargz =
        WriterOptions.builder().threads(1).format(BlobFormat.STARGZ).level(1).build();
    Blob first = convert(tar().file("a", "1").file("b", "2"));
    Blob second = convert(first.bytes(), stargz);
    assertThat(second.listing()).containsExactly("reg a", "reg b");
    assertThat(second.toc()).hasSize(2);
    assertThat(convert(second.bytes()).bytes()).isEqualTo(first.bytes());
  }
}
