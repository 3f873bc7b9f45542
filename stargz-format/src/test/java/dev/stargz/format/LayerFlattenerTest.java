package dev.stargz.format;

import static dev.stargz.format.fixture.Layers.merge;
import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.stargz.format.LayerFlattener.Layer;
import dev.stargz.format.WriterWarning.Kind;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.Layers.Merged;
import dev.stargz.format.fixture.SparseFile;
import dev.stargz.format.fixture.SparseFile.Form;
import dev.stargz.format.fixture.TarFixture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers become one tar. Listings say {@code f name = content}, {@code h link -> target}. */
class LayerFlattenerTest {
  private static final String LONG = "long".repeat(40);

  // ---- what comes out, and how

  @Test
  void entries_come_out_bottom_up_in_source_order_byte_for_byte() throws IOException {
    TarFixture lower =
        tar()
            .dir("./")
            .file("./a", "1")
            .owner(1000, 4294967294L)
            .xattr("security.capability", latin1("\u0001\0\u00ff"))
            .padding(7)
            .in(Dialect.GNU)
            .symlink("s" + LONG, "t" + LONG)
            .charDevice("null", 1, 3);
    TarFixture upper = tar().file(latin1("n\u00ff"), pattern(1000)).hardlink("b", "./a").mtime(-1);
    byte[] expected = Arrays.copyOf(lower.entries(), lower.size() + upper.size() + 1024);
    System.arraycopy(upper.entries(), 0, expected, lower.size(), upper.size());
    Merged merged = merge(lower, upper);
    assertThat(merged.bytes()).isEqualTo(expected);
    assertThat(merged.warnings()).isEmpty();
  }

  @Test
  void no_layers_and_empty_layers_give_an_empty_tar() throws IOException {
    assertThat(merge().bytes()).isEqualTo(new byte[1024]);
    assertThat(merge(tar(), tar()).bytes()).isEqualTo(new byte[1024]);
  }

  @Test
  void layers_may_be_compressed_each_in_its_own_way() throws IOException {
    List<byte[]> layers =
        List.of(
            tar().file("a", "1").gzip(),
            tar().file("b", "2").zstd(),
            tar().file("c", "3").bytes(),
            new byte[0]);
    assertThat(merge(layers).listing()).containsExactly("f a = 1", "f b = 2", "f c = 3");
  }

  @Test
  void a_file_of_an_upper_layer_replaces_that_of_a_lower_one_whatever_the_names_spelling()
      throws IOException {
    Merged merged =
        merge(
            tar().file("./a", "old").file("/b", "old").file("c", "kept"),
            tar().file("a", "new").file("./x/../b", "new"));
    assertThat(merged.listing()).containsExactly("f c = kept", "f a = new", "f ./x/../b = new");
  }

  @Test
  void a_directory_keeps_its_first_place_and_gets_its_last_header() throws IOException {
    Merged merged =
        merge(
            tar().dir("d/").mtime(1).file("d/a", "1").file("z", ""),
            tar().file("y", "").dir("./d/").mtime(2).file("d/b", "2"));
    assertThat(merged.listing())
        .containsExactly("d ./d/", "f d/a = 1", "f z = ", "f y = ", "f d/b = 2");
    assertThat(merged.entries().get(0).mtime()).isEqualTo(2);
  }

  @Test
  void a_directory_that_only_an_upper_layer_lists_stands_before_what_is_in_it() throws IOException {
    Merged merged = merge(tar().file("a/b/c", "1").file("z", ""), tar().dir("a/").dir("a/b/"));
    assertThat(merged.listing()).containsExactly("d a/", "d a/b/", "f a/b/c = 1", "f z = ");
  }

  @Test
  void missing_parents_stay_missing() throws IOException {
    assertThat(merge(tar().file("a/b", "1")).listing()).containsExactly("f a/b = 1");
  }

  @Test
  void files_directories_and_symbolic_links_replace_one_another() throws IOException {
    TarFixture lower =
        tar()
            .dir("d1/")
            .file("d1/gone", "")
            .dir("d2/")
            .file("d2/gone", "")
            .file("f1", "")
            .file("f2", "")
            .symlink("l1", "d1")
            .symlink("l2", "d2");
    TarFixture upper =
        tar()
            .file("d1", "file")
            .symlink("d2", "f1")
            .dir("f1/")
            .file("f1/x", "in")
            .symlink("f2", "f1")
            .dir("l1/")
            .file("l1/y", "in")
            .file("l2", "file");
    assertThat(merge(lower, upper).listing())
        .containsExactly(
            "f d1 = file",
            "l d2 -> f1",
            "d f1/",
            "f f1/x = in",
            "l f2 -> f1",
            "d l1/",
            "f l1/y = in",
            "f l2 = file");
  }

  // ---- whiteouts

  @Test
  void a_whiteout_removes_what_lower_layers_have() throws IOException {
    Merged merged =
        merge(
            tar().file("a", "").dir("d/").file("d/b", "").file("d/c", ""),
            tar().file(".wh.a", "").file("d/.wh.b", "").file(".wh.nothing", ""),
            tar().file("a", "again"));
    assertThat(merged.listing()).containsExactly("d d/", "f d/c = ", "f a = again");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_file_survives_beside_its_own_whiteout_whichever_comes_first(boolean whiteoutFirst)
      throws IOException {
    TarFixture upper = whiteoutFirst ? tar().file(".wh.a", "") : tar();
    upper.file("a", "new").dir("d/").file("d/new", "");
    upper = whiteoutFirst ? upper : upper.file(".wh.a", "").file(".wh.d", "");
    upper = upper.file(".wh.d", "");
    Merged merged = merge(tar().file("a", "old").dir("d/").file("d/old", ""), upper);
    assertThat(merged.listing()).containsExactlyInAnyOrder("f a = new", "d d/", "f d/new = ");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_opaque_marker_hides_lower_content_wherever_it_stands(boolean first) throws IOException {
    TarFixture upper = tar().dir("d/").mtime(7);
    upper = first ? upper.file("d/.wh..wh..opq", "") : upper;
    upper.file("d/new", "").dir("d/e/").file("d/e/new", "");
    upper = first ? upper : upper.file("d/.wh..wh..opq", "");
    Merged merged =
        merge(
            tar().dir("d/").file("d/old", "").dir("d/e/").file("d/e/old", "").file("x", ""), upper);
    assertThat(merged.listing())
        .startsWith("d d/")
        .containsExactlyInAnyOrder("d d/", "f x = ", "f d/new = ", "d d/e/", "f d/e/new = ");
    assertThat(merged.entries().get(0).mtime()).isEqualTo(7);
  }

  @Test
  void an_opaque_root_hides_all_lower_layers() throws IOException {
    Merged merged =
        merge(tar().dir("./").file("a", ""), tar().file("b", ""), tar().file(".wh..wh..opq", ""));
    assertThat(merged.listing()).containsExactly("d ./");
  }

  @Test
  void a_whiteout_goes_through_a_symbolic_link_above_it_and_never_through_the_last_one()
      throws IOException {
    TarFixture lower =
        tar()
            .symlink("bin", "usr/bin")
            .symlink("lib", "usr/lib")
            .file("usr/bin/x", "")
            .file("usr/lib/y", "");
    Merged merged =
        merge(lower, tar().file("bin/.wh.x", "").file("lib/.wh..wh..opq", "").file(".wh.lib", ""));
    assertThat(merged.listing()).containsExactly("l bin -> usr/bin", "f usr/lib/y = ");
  }

  @Test
  void the_names_of_aufs_vanish_but_may_be_linked_to_in_their_layer() throws IOException {
    Merged merged =
        merge(
            tar()
                .dir(".wh..wh.plnk/")
                .file(".wh..wh.plnk/12.34", "content")
                .file(".wh..wh.aufs", "")
                .dir(".wh..wh.orph/")
                .file("d/.wh..wh.odd", "")
                .hardlink("a", ".wh..wh.plnk/12.34")
                .hardlink("b", ".wh..wh.plnk/12.34"));
    assertThat(merged.listing()).containsExactly("f a = content", "h b -> a");
  }

  @Test
  void what_lies_below_a_whiteout_is_dropped_with_a_warning() throws IOException {
    Merged merged = merge(tar().file(".wh.d/x", "").file("a", ""));
    assertThat(merged.listing()).containsExactly("f a = ");
    assertThat(merged.kinds()).containsExactly(Kind.BELOW_WHITEOUT_DROPPED);
  }

  @ParameterizedTest
  @ValueSource(strings = {".wh.", "d/.wh.", ".wh..", ".wh..."})
  void a_whiteout_of_nothing_is_an_error(String name) {
    assertThatThrownBy(() -> merge(tar(), tar().file(name, "")))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("entry '" + name + "'")
        .hasMessageContaining("layer 'L2'");
  }

  // ---- hard links

  @Test
  void a_link_goes_into_a_lower_layer() throws IOException {
    Merged merged = merge(tar().dir("d/").file("d/a", "1"), tar().hardlink("b", "./d/a"));
    assertThat(merged.listing()).containsExactly("d d/", "f d/a = 1", "h b -> ./d/a");
  }

  @Test
  void a_link_keeps_the_old_content_when_its_target_is_replaced() throws IOException {
    Merged merged =
        merge(
            tar().file("a", "old").mtime(5).mode(04755).hardlink("b", "a").hardlink("c", "b"),
            tar().file("a", "new"));
    assertThat(merged.listing()).containsExactly("f b = old", "h c -> b", "f a = new");
    assertThat(merged.entries().get(0).mtime()).isEqualTo(5);
  }

  @Test
  void the_first_name_that_is_left_becomes_the_file_when_the_target_is_whited_out()
      throws IOException {
    Merged merged =
        merge(
            tar().file("a", "1").hardlink("b", "a"),
            tar().hardlink("c", "a").hardlink("d", "a"),
            tar().file(".wh.a", "").file(".wh.b", ""));
    assertThat(merged.listing()).containsExactly("f c = 1", "h d -> c");
  }

  @Test
  void a_link_replaced_by_another_file_leaves_its_target_alone() throws IOException {
    Merged merged = merge(tar().file("a", "1").hardlink("b", "a"), tar().file("b", "2"));
    assertThat(merged.listing()).containsExactly("f a = 1", "f b = 2");
  }

  @Test
  void directories_of_the_new_name_stand_before_the_content() throws IOException {
    Merged merged =
        merge(
            tar().file("a", "1").file("z", ""),
            tar().dir("d/").mtime(9).hardlink("d/link", "a").file(".wh.a", ""));
    assertThat(merged.listing()).containsExactly("d d/", "f d/link = 1", "f z = ");
    assertThat(merged.entries().get(0).mtime()).isEqualTo(9);
  }

  @Test
  void a_link_before_its_target_stands_behind_it() throws IOException {
    Merged merged =
        merge(
            tar().hardlink("early", "mid").hardlink("mid", "late").file("x", "").file("late", "1"));
    assertThat(merged.listing())
        .containsExactly("f x = ", "f late = 1", "h early -> late", "h mid -> late");
  }

  @Test
  void a_link_to_a_symbolic_link_is_one_to_the_link_itself() throws IOException {
    Merged merged =
        merge(
            tar().symlink("s", "a").hardlink("t", "s"), tar().file(".wh.s", "").hardlink("u", "t"));
    assertThat(merged.listing()).containsExactly("l t -> a", "h u -> t");
  }

  @Test
  void a_link_goes_through_symbolic_links_above_its_target() throws IOException {
    Merged merged =
        merge(tar().symlink("bin", "usr/bin").file("usr/bin/x", "1"), tar().hardlink("y", "bin/x"));
    assertThat(merged.listing())
        .containsExactly("l bin -> usr/bin", "f usr/bin/x = 1", "h y -> usr/bin/x");
  }

  @Test
  void a_link_to_itself_changes_nothing() throws IOException {
    assertThat(merge(tar().file("a", "1"), tar().hardlink("a", "a")).listing())
        .containsExactly("f a = 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere", "a", "d/nowhere", "gone"})
  void a_link_without_target_is_an_error(String target) {
    assertThatThrownBy(
            () -> merge(tar().file("gone", ""), tar().file(".wh.gone", "").hardlink("a", target)))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("entry 'a'")
        .hasMessageContaining("layer 'L2'")
        .hasMessageContaining("'" + target + "'");
  }

  @Test
  void links_that_go_round_in_a_circle_are_an_error() {
    assertThatThrownBy(() -> merge(tar().hardlink("a", "b").hardlink("b", "c").hardlink("c", "a")))
        .isInstanceOf(CorruptException.class);
  }

  @Test
  void a_link_to_a_directory_is_an_error() {
    for (String target : List.of("d", ".", "implied")) {
      assertThatThrownBy(
              () -> merge(tar().dir("d/").file("implied/x", ""), tar().hardlink("a", target)))
          .isInstanceOf(UnsupportedException.class)
          .hasMessageContaining("directory");
    }
  }

  // ---- symbolic links above an entry

  @ParameterizedTest
  @CsvSource({
    "usr/bin, usr/bin/x",
    "/usr/bin, usr/bin/x",
    "../../usr/./bin/, usr/bin/x",
    "usr/../usr//bin, usr/bin/x",
    "hop, usr/bin/x",
    "not/there, not/there/x",
    "., x",
    "/, x"
  })
  void an_entry_below_a_symbolic_link_goes_where_that_leads_inside_the_root(
      String target, String place) throws IOException {
    TarFixture lower =
        tar().dir("usr/").dir("usr/bin/").symlink("hop", "usr/bin").symlink("bin", target);
    Merged merged =
        merge(lower, tar().file("bin/x", "1").mode(04755).xattr("user.a", latin1("\u00ff")));
    assertThat(merged.listing()).contains("f " + place + " = 1").contains("l bin -> " + target);
    assertThat(merged.warnings()).hasSize(1);
    assertThat(merged.warnings().get(0).kind()).isEqualTo(Kind.BELOW_SYMLINK);
    assertThat(merged.warnings().get(0).message()).contains("'bin/x'", "'L2'", "'" + place + "'");
  }

  @Test
  void directories_links_and_long_names_are_renamed_too() throws IOException {
    TarFixture upper =
        tar()
            .dir("bin/d/")
            .file("bin/d/" + LONG, "1")
            .in(Dialect.GNU)
            .hardlink("bin/d/link" + LONG, "bin/d/" + LONG)
            .in(Dialect.USTAR)
            .symlink("bin/s", "t");
    Merged merged = merge(tar().symlink("bin", "usr/bin" + LONG), upper);
    String bin = "usr/bin" + LONG;
    assertThat(merged.listing())
        .containsExactly(
            "l bin -> " + bin,
            "d " + bin + "/d/",
            "f " + bin + "/d/" + LONG + " = 1",
            "h " + bin + "/d/link" + LONG + " -> " + bin + "/d/" + LONG,
            "l " + bin + "/s -> t");
  }

  @Test
  void symbolic_links_that_go_round_in_a_circle_are_an_error() {
    TarFixture lower = tar().symlink("a", "b").symlink("b", "a");
    for (TarFixture upper :
        List.of(tar().file("a/x", ""), tar().hardlink("y", "a/x"), tar().file("a/.wh.x", ""))) {
      assertThatThrownBy(() -> merge(lower, upper))
          .isInstanceOf(CorruptException.class)
          .hasMessageContaining("symbolic links");
    }
  }

  @Test
  void an_entry_below_a_file_is_an_error() {
    assertThatThrownBy(() -> merge(tar().file("a", ""), tar().file("a/b", "")))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("entry 'a/b'")
        .hasMessageContaining("below 'a'");
  }

  // ---- what doesn't come out

  @Test
  void landmarks_and_the_toc_of_lazily_readable_layers_dont_come_out() throws IOException {
    byte[] lower = Blobs.convert(tar().file("a", "1")).bytes();
    byte[] upper = Blobs.convert(tar().file("b", "2")).bytes();
    Merged merged = merge(List.of(lower, upper));
    assertThat(merged.listing()).containsExactly("f a = 1", "f b = 2");
    assertThat(merged.warnings()).isEmpty();
  }

  @Test
  void global_pax_headers_are_dropped_with_a_warning_unless_they_only_comment() throws IOException {
    Merged merged =
        merge(
            tar().global(Map.of("comment", "x")).file("a", "1"),
            tar().global(Map.of("uid", "7")).file("b", "2"));
    assertThat(merged.listing()).containsExactly("f a = 1", "f b = 2");
    assertThat(merged.kinds()).containsExactly(Kind.GLOBAL_RECORDS);
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void sparse_files_are_expanded(Form form) throws IOException {
    SparseFile sparse = SparseFile.ofSize(2000).data(700, "data");
    Merged merged =
        merge(
            tar().symlink("bin", "usr"),
            tar().sparse(form, "s", sparse).sparse(form, "bin/t", sparse));
    String content = new String(sparse.expanded(), ISO_8859_1);
    assertThat(merged.listing())
        .containsExactly("l bin -> usr", "f s = " + content, "f usr/t = " + content);
    WriterOptions small = WriterOptions.builder().maxExpandedSize(1999).build();
    assertThatThrownBy(() -> merge(List.of(tar().sparse(form, "s", sparse).bytes()), small))
        .isInstanceOf(UnsupportedException.class);
  }

  @Test
  void unsupported_entries_are_an_error_or_dropped_as_asked_for() throws IOException {
    TarFixture layer = tar().entry('s', "socket").file("a", "1");
    assertThatThrownBy(() -> merge(layer)).isInstanceOf(UnsupportedException.class);
    WriterOptions skipping = WriterOptions.builder().skipUnsupported(true).build();
    Merged merged = merge(List.of(layer.bytes()), skipping);
    assertThat(merged.listing()).containsExactly("f a = 1");
    assertThat(merged.kinds()).containsExactly(Kind.UNSUPPORTED_DROPPED);
  }

  @Test
  void data_behind_a_layers_end_is_dropped_with_a_warning() throws IOException {
    Merged merged = merge(tar().file("a", "1").end().raw(new byte[] {1}), tar().file("b", "2"));
    assertThat(merged.listing()).containsExactly("f a = 1", "f b = 2");
    assertThat(merged.kinds()).containsExactly(Kind.DATA_BEHIND_END);
  }

  // ---- callers and hostile layers

  @Test
  void a_damaged_layer_is_named() {
    byte[] cut = Arrays.copyOf(tar().file("a", pattern(2000)).bytes(), 1000);
    assertThatThrownBy(() -> merge(List.of(tar().bytes(), cut)))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("layer 'L2'")
        .hasMessageContaining("'a'");
  }

  /** Counts how often it is opened and closed, and what of it was read. */
  private static final class CountedLayer implements Layer {
    private final byte[] bytes;
    private int opened;
    private int closed;

    CountedLayer(TarFixture tar) {
      bytes = tar.bytes();
    }

    @Override
    public String name() {
      return "counted";
    }

    @Override
    public InputStream open() {
      opened++;
      return new ByteArrayInputStream(opened > 2 ? new byte[0] : bytes) {
        @Override
        public void close() {
          closed++;
        }
      };
    }
  }

  @Test
  void layers_are_opened_twice_at_most_and_closed_each_time(@TempDir Path temp) throws IOException {
    CountedLayer lower = new CountedLayer(tar().file("a", "1"));
    CountedLayer upper = new CountedLayer(tar().file("a", "2"));
    WriterOptions options = WriterOptions.builder().tempDir(temp).build();
    new LayerFlattener(options).flatten(List.of(lower, upper), new ByteArrayOutputStream());
    assertThat(List.of(lower.opened, lower.closed)).containsExactly(1, 1);
    assertThat(List.of(upper.opened, upper.closed)).containsExactly(2, 2);
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void a_layer_that_is_shorter_the_second_time_is_found_out() {
    CountedLayer layer = new CountedLayer(tar().file("a", "1"));
    layer.opened = 1;
    List<Layer> layers = List.of(layer);
    assertThatThrownBy(
            () ->
                new LayerFlattener(WriterOptions.defaults())
                    .flatten(layers, new ByteArrayOutputStream()))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("counted");
  }

  @Test
  void an_interrupt_ends_the_work() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> merge(tar().file("a", "1")))
          .isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void deep_paths_many_times_are_refused_before_the_heap_is_full() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      names.add("n" + i + "/a".repeat(2000));
    }
    TarFixture layer = tar();
    names.forEach(name -> layer.file(name, ""));
    byte[] bytes = layer.bytes();
    long heap = 16 << 20;
    Warnings warnings = new Warnings();
    assertThatThrownBy(
            () -> {
              try (Spool spool = Spool.create(Optional.empty())) {
                new MergeScan(WriterOptions.defaults(), warnings, spool, heap)
                    .read(new CountedLayer(tar().raw(bytes).withoutEnd()));
              }
            })
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("memory");
  }

  @Test
  void links_that_make_a_path_too_long_are_refused() {
    String deep = "x".repeat(200) + "/y".repeat(1500);
    TarFixture lower = tar().dir(deep + "/").symlink("l", deep);
    assertThatThrownBy(() -> merge(lower, tar().file("l" + "/z".repeat(1000), "")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("4096");
  }

  @Test
  void removing_the_same_again_and_again_takes_no_longer_than_once() {
    TarFixture lower = tar();
    TarFixture upper = tar();
    for (int i = 0; i < 30_000; i++) {
      lower.file("d/l" + i, "");
      upper.file("d/u" + i, "").file("d/.wh..wh..opq", "").file(".wh.d", "");
    }
    List<byte[]> layers = List.of(lower.bytes(), upper.bytes());
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertThat(merge(layers).entries()).hasSize(30_000));
  }

  @Test
  void the_deepest_directories_are_removed_too() throws IOException {
    String deep = "d" + "/d".repeat(2040);
    TarFixture upper = tar().file(deep + "/y", "").file(".wh.d", "");
    assertThat(merge(tar().file(deep + "/x", ""), upper).listing())
        .containsExactly("f " + deep + "/y = ");
  }

  /** A link and what it leads to, 40 and 41 times. */
  @ParameterizedTest
  @CsvSource({"40, true", "41, false"})
  void symbolic_links_are_followed_forty_times(int links, boolean fine) throws IOException {
    TarFixture lower = tar().dir("l0/");
    for (int i = 1; i <= links; i++) {
      lower.symlink("l" + i, "l" + (i - 1));
    }
    TarFixture upper = tar().file("l" + links + "/x", "");
    if (fine) {
      assertThat(merge(lower, upper).listing()).contains("f l0/x = ");
    } else {
      assertThatThrownBy(() -> merge(lower, upper)).hasMessageContaining("40");
    }
  }
}
