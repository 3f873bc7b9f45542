package dev.stargz.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.WriterOptions.Missing;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.deflate.DeflateEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriterOptionsTest {
  @Test
  void theDefaultsAreThoseOfTheSpecification() {
    WriterOptions options = WriterOptions.defaults();
    assertThat(options.format()).isEqualTo(BlobFormat.ESTARGZ);
    assertThat(options.engine()).isSameAs(DeflateEngine.jdk());
    assertThat(options.level()).isEqualTo(6);
    assertThat(options.chunkSize()).isEqualTo(4194304);
    assertThat(options.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(options.executor()).isEmpty();
    assertThat(options.prioritizedFiles()).isEmpty();
    assertThat(options.missingPrioritized()).isEqualTo(Missing.ERROR);
    assertThat(options.skipUnsupported()).isFalse();
    assertThat(options.maxExpandedSize()).isEqualTo(68719476736L);
    assertThat(options.tempDir()).isEmpty();
  }

  @Test
  void whatIsSetIsThere() {
    Path dir = Path.of("tmp");
    WriterOptions options =
        WriterOptions.builder()
            .format(BlobFormat.STARGZ)
            .level(9)
            .chunkSize(1)
            .executor(Runnable::run, 7)
            .prioritizedFiles(List.of(EntryName.of("a")))
            .missingPrioritized(Missing.WARNING)
            .skipUnsupported(true)
            .maxExpandedSize(0)
            .tempDir(dir)
            .build();
    assertThat(options.format()).isEqualTo(BlobFormat.STARGZ);
    assertThat(options.level()).isEqualTo(9);
    assertThat(options.chunkSize()).isEqualTo(1);
    assertThat(options.threads()).isEqualTo(7);
    assertThat(options.executor()).isPresent();
    assertThat(options.prioritizedFiles()).containsExactly(EntryName.of("a"));
    assertThat(options.missingPrioritized()).isEqualTo(Missing.WARNING);
    assertThat(options.skipUnsupported()).isTrue();
    assertThat(options.maxExpandedSize()).isZero();
    assertThat(options.tempDir()).contains(dir);
  }

  @Test
  void optionsDontChangeWithTheListTheyWereGiven() {
    List<EntryName> files = new ArrayList<>(List.of(EntryName.of("a")));
    WriterOptions options = WriterOptions.builder().prioritizedFiles(files).build();
    files.clear();
    assertThat(options.prioritizedFiles()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 10, 12})
  void aLevelThatTheEngineHasNotIsRefused(int level) {
    assertRefused(WriterOptions.builder().level(level), "level: expected 0 to 9, found " + level);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, (1 << 28) + 1})
  void aChunkSizeThatCantBeIsRefused(int size) {
    assertRefused(WriterOptions.builder().chunkSize(size), "chunkSize");
  }

  @Test
  void otherNumbersThatCantBeAreRefused() {
    assertRefused(WriterOptions.builder().threads(0), "threads");
    assertRefused(WriterOptions.builder().executor(Runnable::run, 0), "threads");
    assertRefused(WriterOptions.builder().maxExpandedSize(-1), "maxExpandedSize");
  }

  private static void assertRefused(WriterOptions.Builder builder, String message) {
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
