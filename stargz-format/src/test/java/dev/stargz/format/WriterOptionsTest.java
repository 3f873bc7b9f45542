package dev.stargz.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.WriterOptions.Missing;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.deflate.DeflateEngine;
import dev.stargz.format.deflate.RawDeflater;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriterOptionsTest {
  @Test
  void theDefaultsAreThoseOfTheSpecification() {
    WriterOptions options = WriterOptions.defaults();
    assertThat(options.format()).isEqualTo(BlobFormat.ESTARGZ);
    assertThat(options.engine()).isSameAs(DeflateEngine.java());
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
  void memoryIsWhatKeepsTheThreadsAtWorkUnlessSet() {
    long heap = Runtime.getRuntime().maxMemory();
    WriterOptions.Builder two = WriterOptions.builder().threads(2);
    assertThat(two.chunkSize(1 << 22).build().memory()).isEqualTo(3 * 4 * (4 << 20));
    assertThat(two.chunkSize(1).build().memory()).isEqualTo(3 * 4 * (1 << 20));
    assertThat(two.threads(Short.MAX_VALUE).build().memory()).isEqualTo(heap / 8);
    assertThat(two.memory(0).build().memory()).isZero();
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

  private static WriterOptions.Builder everythingSet() {
    return WriterOptions.builder()
        .format(BlobFormat.STARGZ)
        .engine(new OtherEngine())
        .level(11)
        .chunkSize(1)
        .executor(Runnable::run, 7)
        .prioritizedFiles(List.of(EntryName.of("a")))
        .missingPrioritized(Missing.WARNING)
        .skipUnsupported(true)
        .maxExpandedSize(0)
        .memory(1 << 20)
        .tempDir(Path.of("tmp"))
        .progress((source, tar, blob) -> {});
  }

  /** An engine of two more levels than the JDK's has. */
  private static final class OtherEngine implements DeflateEngine {
    @Override
    public String id() {
      return "other";
    }

    @Override
    public String version(int level) {
      return "v" + level;
    }

    @Override
    public int minLevel() {
      return 0;
    }

    @Override
    public int maxLevel() {
      return 11;
    }

    @Override
    public RawDeflater newDeflater(int level) {
      return DeflateEngine.jdk().newDeflater(Math.min(level, 9));
    }
  }

  @Test
  void a_builder_made_from_options_builds_the_same() throws ReflectiveOperationException {
    WriterOptions options = everythingSet().build();
    WriterOptions copy = options.toBuilder().build();
    for (Field field : WriterOptions.class.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        assertThat(field.get(copy)).as(field.getName()).isEqualTo(field.get(options));
        assertThat(field.get(copy))
            .as("%s differs from the default", field.getName())
            .isNotEqualTo(field.get(WriterOptions.defaults()));
      }
    }
    assertThat(options.toBuilder().chunkSize(2).build().chunkSize()).isEqualTo(2);
    assertThat(options.chunkSize()).isEqualTo(1);
  }

  @Test
  void the_fingerprint_names_all_that_bytes_depend_on() {
    WriterOptions jdk = WriterOptions.builder().engine(DeflateEngine.jdk()).build();
    assertThat(jdk.fingerprint())
        .isEqualTo(
            StargzWriter.BYTE_VERSION
                + ";estargz;level=6;chunk=4194304;min=0;prio=-;sparse=expand;deflater=jdk:"
                + DeflateEngine.jdk().version(6));
    assertThat(everythingSet().build().fingerprint())
        .isEqualTo(
            StargzWriter.BYTE_VERSION
                + ";stargz;level=11;chunk=1;min=0;prio="
                + "ffe9aaeaa2a2d5048174df0b80599ef0197ec024c4b051bc9860cff58ef7f9f3"
                + ";sparse=expand;deflater=other:v11;toc=jdk:"
                + DeflateEngine.jdk().version(9)
                + ";skip");
  }

  @Test
  void by_default_the_fingerprint_is_the_same_on_every_machine() {
    assertThat(WriterOptions.defaults().fingerprint())
        .isEqualTo(
            StargzWriter.BYTE_VERSION
                + ";estargz;level=6;chunk=4194304;min=0;prio=-;sparse=expand;deflater=java:1");
  }

  @Test
  void the_fingerprint_leaves_out_what_bytes_dont_depend_on() {
    WriterOptions options =
        WriterOptions.builder()
            .executor(Runnable::run, 7)
            .missingPrioritized(Missing.WARNING)
            .maxExpandedSize(0)
            .tempDir(Path.of("tmp"))
            .progress((source, tar, blob) -> {})
            .build();
    assertThat(options.fingerprint()).isEqualTo(WriterOptions.defaults().fingerprint());
  }

  @Test
  void the_fingerprint_depends_on_the_order_of_prioritized_files_but_not_on_their_spelling() {
    assertThat(prioritizing("a", "b")).isEqualTo(prioritizing("./a", "/b"));
    assertThat(List.of(prioritizing("b", "a"), prioritizing("a"), prioritizing("ab")))
        .doesNotContain(prioritizing("a", "b"))
        .doesNotHaveDuplicates();
  }

  private static String prioritizing(String... files) {
    List<EntryName> names = Arrays.stream(files).map(EntryName::of).toList();
    return WriterOptions.builder().prioritizedFiles(names).build().fingerprint();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 13, 99})
  void aLevelThatTheEngineHasNotIsRefused(int level) {
    assertRefused(WriterOptions.builder().level(level), "level: expected 0 to 12, found " + level);
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
