package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.SparseFile;
import dev.stargz.format.fixture.SparseFile.Form;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A layer in another order goes through a temporary file, of which nothing is left. */
class SpoolTest {
  @TempDir private Path tempDir;

  private WriterOptions first(String file) {
    return WriterOptions.builder()
        .threads(1)
        .tempDir(tempDir)
        .prioritizedFiles(List.of(EntryName.of(file)))
        .build();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 511, 512, 513, (1 << 17) - 1, 1 << 17, (1 << 17) + 1, 400_000})
  void payloadsOfAnySizeComeBackFromTheSpool(int size) throws IOException {
    TarFixture tar =
        tar().file("a", pattern(size)).file("b", pattern(700)).file("c", pattern(size));
    Blob blob = convert(tar, first("c"));
    assertThat(blob.listing()).containsExactly("reg c", "reg a", "reg b");
    assertThat(blob.files().get("a")).isEqualTo(pattern(size));
    assertThat(blob.files().get("b")).isEqualTo(pattern(700));
    assertThat(blob.files().get("c")).isEqualTo(pattern(size));
  }

  @Test
  void manyFilesComeBackInReverseOrder() throws IOException {
    TarFixture tar = tar();
    for (int i = 0; i < 300; i++) {
      tar.file("f" + i, pattern(i * 7));
    }
    List<EntryName> reversed =
        IntStream.range(0, 300).mapToObj(i -> EntryName.of("f" + (299 - i))).toList();
    Blob blob =
        convert(tar, WriterOptions.builder().tempDir(tempDir).prioritizedFiles(reversed).build());
    assertThat(blob.listing()).startsWith("reg f299", "reg f298").endsWith("reg f0");
    for (int i = 0; i < 300; i++) {
      assertThat(blob.files().get("f" + i)).isEqualTo(pattern(i * 7));
    }
  }

  @Test
  void sparseFilesAreExpandedOnce() throws IOException {
    SparseFile file = SparseFile.ofSize(10_000).data(5000, "x");
    TarFixture tar = tar().file("a", "1").sparse(Form.PAX_1_0, "s", file).file("b", "2");
    Blob blob = convert(tar, first("s"));
    assertThat(blob.listing()).containsExactly("reg s", "reg a", "reg b");
    assertThat(blob.files().get("s")).isEqualTo(file.expanded());
  }

  @Test
  void nothingIsLeftInTempDir() throws IOException {
    convert(tar().file("a", "1").file("b", "2"), first("b"));
    assertThat(tempDir).isEmptyDirectory();
  }

  @Test
  void nothingIsLeftInTempDirAfterAFailure() {
    byte[] cut = Arrays.copyOf(tar().file("a", pattern(5000)).bytes(), 3000);
    assertThatThrownBy(() -> convert(cut, first("a"))).isInstanceOf(CorruptException.class);
    assertThat(tempDir).isEmptyDirectory();
  }

  @Test
  void aTempDirThatIsNotThereIsAnError() {
    WriterOptions options =
        WriterOptions.builder()
            .tempDir(tempDir.resolve("nowhere"))
            .prioritizedFiles(List.of(EntryName.of("a")))
            .build();
    assertThatThrownBy(() -> convert(tar().file("a", "1"), options))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void nothingIsSpooledWithoutPrioritizedFiles() throws IOException {
    WriterOptions options =
        WriterOptions.builder().threads(1).tempDir(tempDir.resolve("nowhere")).build();
    assertThat(convert(tar().file("a", "1"), options).listing()).containsExactly("reg a");
  }
}
