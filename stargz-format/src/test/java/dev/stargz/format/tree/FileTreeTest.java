package dev.stargz.format.tree;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.Forge;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The layer of these tests:
 *
 * <pre>
 *   /                          no entry
 *     wave/                    no entry
 *       one/                   0750, owner 1:2
 *         two/
 *           three              "three"
 *           up       -> ..
 *           top      -> ../../..
 *         eleven               hard link to three
 *       abs          -> /wave/one/two
 *       four         -> one/two/up/two/three
 *       dangling     -> nowhere/at/all
 *       loop         -> pool
 *       pool         -> loop
 *       out          -> ../../../../wave
 *     twelve                   hard link to eleven, before three in the tar
 * </pre>
 */
class FileTreeTest {
  private static TarFixture layer() {
    return tar()
        .hardlink("twelve", "wave/one/eleven")
        .dir("./wave/one/")
        .mode(0750)
        .owner(1, 2)
        .dir("wave/one/two")
        .file("wave/one/two/three", "three")
        .symlink("wave/one/two/up", "..")
        .symlink("wave/one/two/top", "../../..")
        .hardlink("wave/one/eleven", "./wave/one/two/three")
        .symlink("wave/abs", "/wave/one/two")
        .symlink("wave/four", "one/two/up/two/three")
        .symlink("wave/dangling", "nowhere/at/all")
        .symlink("wave/loop", "pool")
        .symlink("wave/pool", "loop")
        .symlink("wave/out", "../../../../wave");
  }

  private static FileTree tree(TarFixture layer) throws IOException {
    return Blobs.convert(layer).open().tree();
  }

  /** The tree of a TOC that no tar would give, entries with ' for ". */
  private static FileTree tree(String... entries) throws IOException {
    byte[] blob = Forge.blob().withToc(Forge.toc(entries));
    return StargzReader.open(RandomAccessSource.of(blob)).tree();
  }

  private static String read(FileTree tree, String path) throws IOException {
    try (InputStream in = tree.open(tree.lookUp(path))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  // ---- look-up

  @ParameterizedTest
  @CsvSource({
    "wave/one/two/three, wave/one/two/three",
    "/wave/one/two/three, wave/one/two/three",
    "./wave//one/./two/three/, wave/one/two/three",
    "wave/one/../one/two/../two/three, wave/one/two/three",
    "../../wave/one, wave/one",
    "wave/one/two/up/two/three, wave/one/two/three",
    "wave/one/two/top/wave/one, wave/one",
    "wave/abs, wave/one/two",
    "wave/abs/.., wave/one",
    "wave/abs/../two/three, wave/one/two/three",
    "wave/four, wave/one/two/three",
    "wave/out/one, wave/one",
    "wave/one/two/top/../../wave, wave",
  })
  void look_up_follows_links_and_dots_as_a_kernel_does(String path, String same)
      throws IOException {
    FileTree tree = tree(layer());
    assertThat(tree.lookUp(path)).isSameAs(tree.lookUp(same));
    assertThat(tree.lookUp(EntryName.of(path))).isSameAs(tree.lookUp(same));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", ".", "..", "//", "/../.", "wave/.."})
  void look_up_root(String path) throws IOException {
    FileTree tree = tree(layer());
    assertThat(tree.lookUp(path)).isSameAs(tree.root());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "wave/nothing",
        "nothing/..",
        "wave/one/two/three/below",
        "wave/one/two/three/..",
        "wave/dangling",
        "wave/dangling/below",
        "Work"
      })
  void look_up_nothing(String path) throws IOException {
    FileTree tree = tree(layer());
    assertThat(tree.find(path)).isEmpty();
    assertThatThrownBy(() -> tree.lookUp(path))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(path);
  }

  @Test
  void look_up_link_itself() throws IOException {
    FileTree tree = tree(layer());
    FileNode link = tree.lookUp("wave/abs", NOFOLLOW_LINKS);
    assertThat(link.isSymbolicLink()).isTrue();
    assertThat(link.linkTarget()).isEqualTo(EntryName.of("/wave/one/two"));
    assertThat(link.size()).isEqualTo("/wave/one/two".length());
    assertThat(tree.lookUp("wave/one/two/up/two/top", NOFOLLOW_LINKS).linkTarget())
        .isEqualTo(EntryName.of("../../.."));
  }

  @Test
  void look_up_loop() throws IOException {
    FileTree tree = tree(layer());
    assertThatThrownBy(() -> tree.find("wave/loop")).isInstanceOf(FileSystemLoopException.class);
    assertThatThrownBy(() -> tree.find("wave/loop/x")).isInstanceOf(FileSystemLoopException.class);
    assertThat(tree.lookUp("wave/loop", NOFOLLOW_LINKS).linkTarget())
        .isEqualTo(EntryName.of("pool"));
  }

  @Test
  void a_path_may_lead_through_40_links_but_not_through_41() throws IOException {
    TarFixture layer = tar().file("l0", "end");
    for (int i = 1; i <= 41; i++) {
      layer.symlink("l" + i, "l" + (i - 1));
    }
    FileTree tree = tree(layer);
    assertThat(read(tree, "l40")).isEqualTo("end");
    assertThatThrownBy(() -> tree.find("l41")).isInstanceOf(FileSystemLoopException.class);
    assertThat(tree.lookUp("l41", NOFOLLOW_LINKS).isSymbolicLink()).isTrue();
  }

  @Test
  void links_that_double_a_path_with_each_step_take_no_memory() throws IOException {
    TarFixture layer = tar().dir("d/").symlink("d/s0", "../d");
    for (int i = 1; i <= 60; i++) {
      layer.symlink("d/s" + i, ("s" + (i - 1) + "/").repeat(20));
    }
    FileTree tree = tree(layer);
    assertThat(tree.lookUp("d/s1")).isSameAs(tree.lookUp("d"));
    assertThatThrownBy(() -> tree.find("d/s60")).isInstanceOf(FileSystemLoopException.class);
  }

  // ---- names

  @Test
  void a_name_that_is_no_utf8_is_found_by_its_bytes_and_by_what_is_shown_of_it()
      throws IOException {
    FileTree tree =
        tree(
            tar()
                .file(latin1("d\u00ff/a\u00aa"), "bytes".getBytes(UTF_8))
                .file(latin1("d\u00ff/a\u00ab"), "other".getBytes(UTF_8)));
    byte[] path = latin1("d\u00ff/a\u00aa");
    assertThat(tree.lookUp(EntryName.of(path)).size()).isEqualTo(5);
    assertThat(read(tree, "d\\xFF/a\\xAA")).isEqualTo("bytes");
    assertThat(read(tree, "d\\xFF/a\\xAB")).isEqualTo("other");
    assertThat(tree.find("d\\xFF/a\\xAC")).isEmpty();
    assertThat(tree.find(EntryName.of("d\\xFF/a\\xAA"))).isEmpty();
  }

  @Test
  void a_name_of_these_very_characters_goes_before_one_that_is_shown_so() throws IOException {
    FileTree tree =
        tree(tar().file(latin1("\u00ff"), "byte".getBytes(UTF_8)).file("\\xFF", "characters"));
    assertThat(read(tree, "\\xFF")).isEqualTo("characters");
    assertThat(read(tree, "\\xFF~2")).isEqualTo("byte");
    assertThat(tree.readableNames(tree.root()).keySet())
        .containsExactly(".no.prefetch.landmark", "\\xFF", "\\xFF~2");
    assertThat(tree.lookUp(EntryName.of(latin1("\u00ff"))).size()).isEqualTo(4);
  }

  @Test
  void children_stand_in_the_order_of_their_bytes() throws IOException {
    FileTree tree = tree(tar().file("b", "").file("\u00e9", "").file("B", "").file("ab", ""));
    assertThat(names(tree.root()))
        .containsExactly(".no.prefetch.landmark", "B", "ab", "b", "\u00e9");
  }

  private static List<String> names(FileNode directory) {
    return directory.children().keySet().stream().map(EntryName::text).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "./", "/", "../", "../../x/../"})
  void a_stored_path_stands_below_the_root_whatever_its_form(String prefix) throws IOException {
    FileTree tree = tree(tar().dir(prefix + "d/").file(prefix + "d/f", "f"));
    assertThat(names(tree.root())).containsExactly(".no.prefetch.landmark", "d");
    assertThat(read(tree, "d/f")).isEqualTo("f");
  }

  // ---- hard links

  @ParameterizedTest
  @ValueSource(strings = {"wave/one/eleven", "twelve", "wave/four"})
  void hard_links_lead_to_one_node(String path) throws IOException {
    FileTree tree = tree(layer());
    FileNode three = tree.lookUp("wave/one/two/three");
    assertThat(tree.lookUp(path)).isSameAs(three);
    assertThat(three.linkCount()).isEqualTo(3);
    assertThat(read(tree, path)).isEqualTo("three");
  }

  /**
   * As others list them: a link to a link, a link before what it leads to, with ./ and through d.
   */
  @Test
  void links_of_other_writers_lead_to_one_node() throws IOException {
    FileTree tree =
        tree(
            "{'name':'l3','type':'hardlink','linkName':'l2'}",
            "{'name':'l2','type':'hardlink','linkName':'./l1'}",
            "{'name':'l1','type':'hardlink','linkName':'s/../d/f'}",
            "{'name':'l0','type':'hardlink','linkName':'s/f'}",
            "{'name':'s','type':'symlink','linkName':'d'}",
            "{'name':'d/','type':'dir'}",
            "{'name':'d/f','type':'reg'}",
            "{'name':'l4','type':'hardlink','linkName':'/l3'}");
    FileNode file = tree.lookUp("d/f");
    for (String link : List.of("l0", "l1", "l2", "l3", "l4")) {
      assertThat(tree.lookUp(link)).as(link).isSameAs(file);
    }
    assertThat(file.linkCount()).isEqualTo(6);
  }

  @Test
  void a_hard_link_to_a_symbolic_link_is_that_link() throws IOException {
    FileTree tree = tree(tar().symlink("s", "f").hardlink("h", "s").file("f", "f"));
    assertThat(tree.lookUp("h", NOFOLLOW_LINKS)).isSameAs(tree.lookUp("s", NOFOLLOW_LINKS));
    assertThat(tree.lookUp("h")).isSameAs(tree.lookUp("f"));
    assertThat(tree.lookUp("s", NOFOLLOW_LINKS).linkCount()).isEqualTo(2);
  }

  @Test
  void hard_links_that_lead_nowhere_are_shown_but_cant_be_read() throws IOException {
    FileTree tree =
        tree(
            "{'name':'a','type':'hardlink','linkName':'b'}",
            "{'name':'b','type':'hardlink','linkName':'c'}",
            "{'name':'c','type':'hardlink','linkName':'b'}",
            "{'name':'self','type':'hardlink','linkName':'self'}",
            "{'name':'none','type':'hardlink','linkName':'nothing'}",
            "{'name':'dir','type':'hardlink','linkName':'d'}",
            "{'name':'d/','type':'dir'}");
    for (String path : List.of("a", "b", "c", "self", "none", "dir")) {
      FileNode node = tree.lookUp(path);
      assertThat(node.type()).as(path).isEqualTo(TocEntryType.HARDLINK);
      assertThatThrownBy(() -> tree.open(node))
          .isInstanceOf(CorruptException.class)
          .hasMessageContaining("'" + path + "'")
          .hasMessageContaining("leads to no content");
    }
  }

  // ---- attributes

  @Test
  void directories_count_their_subdirectories() throws IOException {
    FileTree tree = tree(layer());
    assertThat(tree.root().linkCount()).isEqualTo(3);
    assertThat(tree.lookUp("wave").linkCount()).isEqualTo(3);
    assertThat(tree.lookUp("wave/one/two").linkCount()).isEqualTo(2);
  }

  @Test
  void directories_without_an_entry_are_there() throws IOException {
    FileTree tree = tree(layer());
    FileNode wave = tree.lookUp("wave");
    assertThat(wave.isDirectory()).isTrue();
    assertThat(wave.type()).isEqualTo(TocEntryType.DIRECTORY);
    assertThat(wave.entry()).isEmpty();
    assertThat(wave.permissions()).isEqualTo(0755);
    assertThat(wave.uid() + wave.gid() + wave.modTime() + wave.size()).isZero();
    FileNode one = tree.lookUp("wave/one");
    assertThat(one.permissions()).isEqualTo(0750);
    assertThat(List.of(one.uid(), one.gid())).containsExactly(1L, 2L);
  }

  @Test
  void the_roots_own_entry_counts() throws IOException {
    FileNode root = tree(tar().dir("./").mode(0700).owner(7, 8).file("f", "")).root();
    assertThat(root.permissions()).isEqualTo(0700);
    assertThat(root.uid()).isEqualTo(7);
    assertThat(names(root)).containsExactly(".no.prefetch.landmark", "f");
  }

  @Test
  void inode_numbers_are_one_to_size() throws IOException {
    FileTree tree = tree(layer());
    List<Integer> numbers =
        List.of("", "wave", "wave/one", "wave/one/two", "wave/one/two/three").stream()
            .map(path -> inode(tree, path))
            .toList();
    assertThat(numbers).doesNotHaveDuplicates().allMatch(n -> n >= 1 && n <= tree.size());
    assertThat(inode(tree, "twelve")).isEqualTo(inode(tree, "wave/one/two/three"));
    assertThat(tree.size()).isEqualTo(14); // 4 directories, three, 8 symbolic links, the landmark
    FileTree again = tree(layer());
    assertThat(inode(again, "twelve")).isEqualTo(inode(tree, "twelve"));
  }

  private static int inode(FileTree tree, String path) {
    try {
      return tree.lookUp(path).inode();
    } catch (IOException e) {
      throw new AssertionError(path, e);
    }
  }

  @Test
  void all_that_the_tar_says_of_a_file_is_there() throws IOException {
    FileTree tree =
        tree(
            tar()
                .in(Dialect.PAX)
                .file("f", "12345")
                .mode(06755)
                .owner(1L << 32, 4294967294L)
                .ownerNames("user", "group")
                .mtime(-5)
                .xattr("user.empty", new byte[0])
                .xattr("security.capability", latin1("\u0001\u0000\u00ff"))
                .charDevice("c", 1, 3)
                .blockDevice("b", 8, 300000)
                .fifo("p")
                .mode(01600));
    FileNode file = tree.lookUp("f");
    assertThat(file.isRegularFile()).isTrue();
    assertThat(file.size()).isEqualTo(5);
    assertThat(file.permissions()).isEqualTo(06755);
    assertThat(List.of(file.uid(), file.gid())).containsExactly(1L << 32, 4294967294L);
    assertThat(List.of(file.userName(), file.groupName())).containsExactly("user", "group");
    assertThat(file.modTime()).isEqualTo(-5);
    assertThat(file.xattrs()).containsOnlyKeys("security.capability", "user.empty");
    assertThat(file.xattrs().get("security.capability")).isEqualTo(latin1("\u0001\u0000\u00ff"));
    assertThat(tree.lookUp("c").type()).isEqualTo(TocEntryType.CHARACTER_DEVICE);
    assertThat(tree.lookUp("c").devMinor()).isEqualTo(3);
    assertThat(tree.lookUp("b").devMajor()).isEqualTo(8);
    assertThat(tree.lookUp("b").devMinor()).isEqualTo(300000);
    assertThat(tree.lookUp("p").type()).isEqualTo(TocEntryType.FIFO);
    assertThat(tree.lookUp("p").permissions()).isEqualTo(01600);
  }

  // ---- entries that replace others, or lie elsewhere

  /** Other writers list what was replaced, too: the last one counts. */
  @Test
  void the_last_entry_of_a_path_counts() throws IOException {
    FileTree tree =
        tree(
            "{'name':'a','type':'reg','uid':1}",
            "{'name':'a','type':'reg','uid':2}",
            "{'name':'d/','type':'dir','uid':1}",
            "{'name':'d/gone','type':'reg'}",
            "{'name':'d','type':'symlink','linkName':'e'}",
            "{'name':'e/','type':'dir','uid':1}",
            "{'name':'e/stays','type':'reg'}",
            "{'name':'e/','type':'dir','uid':2}",
            "{'name':'f','type':'reg'}",
            "{'name':'h','type':'hardlink','linkName':'f'}",
            "{'name':'f','type':'symlink','linkName':'a'}");
    assertThat(tree.lookUp("a").uid()).isEqualTo(2);
    assertThat(tree.lookUp("d/stays")).isSameAs(tree.lookUp("e/stays"));
    assertThat(tree.find("d/gone")).isEmpty();
    assertThat(tree.lookUp("e").uid()).isEqualTo(2);
    assertThat(tree.lookUp("h").isRegularFile()).isTrue();
    assertThat(tree.lookUp("h").linkCount()).isEqualTo(1);
    assertThat(tree.size()).isEqualTo(7);
  }

  @Test
  void a_link_that_waits_for_its_target_can_be_replaced_too() throws IOException {
    FileTree tree =
        tree(
            "{'name':'h','type':'hardlink','linkName':'later'}",
            "{'name':'h','type':'reg','uid':5}",
            "{'name':'later','type':'reg'}");
    assertThat(tree.lookUp("h").uid()).isEqualTo(5);
    assertThat(tree.lookUp("later").linkCount()).isEqualTo(1);
  }

  @Test
  void an_entry_below_a_symbolic_link_is_where_that_leads() throws IOException {
    FileTree tree =
        tree(tar().symlink("lib", "usr/lib").file("lib/a", "a").dir("usr/").file("usr/lib/b", "b"));
    assertThat(names(tree.lookUp("usr/lib"))).containsExactly("a", "b");
    assertThat(read(tree, "lib/a")).isEqualTo("a");
    assertThat(tree.lookUp("lib", NOFOLLOW_LINKS).isSymbolicLink()).isTrue();
  }

  @Test
  void a_directory_that_comes_after_its_files_keeps_them() throws IOException {
    FileTree tree = tree(tar().file("d/f", "f").dir("d/").mode(0700));
    assertThat(read(tree, "d/f")).isEqualTo("f");
    assertThat(tree.lookUp("d").permissions()).isEqualTo(0700);
  }

  @Test
  void a_tree_without_entries_has_a_root() throws IOException {
    FileTree tree = tree(new String[0]);
    assertThat(tree.root().children()).isEmpty();
    assertThat(tree.root().linkCount()).isEqualTo(2);
    assertThat(tree.size()).isEqualTo(1);
  }

  @Test
  void a_tree_is_made_once() throws IOException {
    Blob blob = Blobs.convert(layer());
    try (StargzReader reader = blob.open()) {
      assertThat(reader.tree()).isSameAs(reader.tree());
    }
  }

  @Test
  void what_is_no_file_has_no_content() throws IOException {
    FileTree tree = tree(layer());
    for (String path : List.of("wave", "wave/one")) {
      FileNode node = tree.lookUp(path);
      assertThatThrownBy(() -> tree.open(node)).isInstanceOf(IllegalArgumentException.class);
    }
    FileNode link = tree.lookUp("wave/abs", NOFOLLOW_LINKS);
    assertThatThrownBy(() -> tree.open(link)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void children_cant_be_changed_from_outside() throws IOException {
    FileTree tree = tree(layer());
    assertThatThrownBy(() -> tree.root().children().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(tree.lookUp("wave/one/two/three").children()).isEmpty();
  }

  @Test
  void a_thousand_names_of_one_file() throws IOException {
    String entries =
        IntStream.range(0, 1000)
            .mapToObj(i -> "{'name':'l" + i + "','type':'hardlink','linkName':'f'}")
            .collect(Collectors.joining(","));
    FileTree tree = tree(entries, "{'name':'f','type':'reg'}");
    assertThat(tree.lookUp("l500").linkCount()).isEqualTo(1001);
    assertThat(tree.size()).isEqualTo(2);
  }

  /** A link that leads to where it is, replaced by a directory. */
  @Test
  void what_follows_a_replaced_link_lies_in_what_replaced_it() throws IOException {
    FileTree tree =
        tree(
            "{'name':'l','type':'symlink','linkName':'.'}",
            "{'name':'l/x','type':'reg'}",
            "{'name':'l/l','type':'dir'}",
            "{'name':'l/y','type':'reg'}");

    assertThat(tree.find("x")).isPresent();
    assertThat(tree.find("l/y")).isPresent();
    assertThat(tree.find("y")).isEmpty();
  }

  @Test
  void a_path_may_mix_names_and_what_is_shown_of_them() throws IOException {
    byte[] path = "a\u00ff/b\u00fe".getBytes(ISO_8859_1);
    FileTree tree = tree(tar().file(path, "bytes".getBytes(UTF_8)));
    byte[] mixed = "a\\xFF/b\u00fe".getBytes(ISO_8859_1);

    assertThat(tree.findReadable(EntryName.of(mixed))).isPresent();
    assertThat(tree.findReadable(EntryName.of(path))).isPresent();
    assertThat(tree.findReadable(EntryName.of("a\\xFF/b\\xFE"))).isPresent();
    assertThat(tree.find(EntryName.of(mixed))).isEmpty();
  }
}
