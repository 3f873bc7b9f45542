package dev.stargz.format.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.fixture.Forge;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TOCs made to mislead a tree, to exhaust it, or to keep it busy. */
@Timeout(20)
class HostileTreeTest {
  private static final String BACKSLASH = "\\";

  private static FileTree tree(String... entries) throws IOException {
    byte[] blob = Forge.blob().withToc(Forge.toc(entries));
    return StargzReader.open(RandomAccessSource.of(blob)).tree();
  }

  private static String entry(String type, String name, String target) {
    return "{'name':'" + name + "','type':'" + type + "','linkName':'" + target + "'}";
  }

  @Test
  void a_name_with_a_nul_is_refused() {
    assertThatThrownBy(() -> tree(entry("reg", "a" + BACKSLASH + "u0000b", "")))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("NUL");
    assertThatThrownBy(() -> tree(entry("symlink", "a", "b" + BACKSLASH + "u0000")))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("NUL");
  }

  @Test
  void a_path_of_4096_bytes_is_read_and_a_longer_one_refused() throws IOException {
    String longest = "d/".repeat(2047) + "ff";
    assertThat(tree(entry("reg", longest, "")).lookUp(longest).isRegularFile()).isTrue();
    assertThatThrownBy(() -> tree(entry("reg", longest + "f", "")))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("4097");
    assertThatThrownBy(() -> tree(entry("symlink", "s", longest + "f")))
        .isInstanceOf(UnsupportedException.class);
  }

  @Test
  void a_million_nested_directories_are_refused() {
    assertThatThrownBy(() -> tree(entry("reg", "d/".repeat(1_000_000), "")))
        .isInstanceOf(UnsupportedException.class);
  }

  /** Each entry goes 1,000 directories deeper, through a link to where the one before went. */
  @Test
  void no_directory_lies_deeper_than_a_path_can_say() {
    List<String> entries = new ArrayList<>();
    String below = "";
    for (int i = 0; i < 40; i++) {
      entries.add(entry("dir", below + "d/".repeat(1000), ""));
      entries.add(entry("symlink", "s" + i, below + "d/".repeat(1000)));
      below = "s" + i + "/";
    }
    assertThatThrownBy(() -> tree(entries.toArray(String[]::new)))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("symbolic links followed");
  }

  @Test
  void dots_never_leave_the_root() throws IOException {
    FileTree tree =
        tree(
            entry("reg", "../../etc/passwd", ""),
            entry("symlink", "s", "../../../etc"),
            entry("reg", "s/../../shadow", ""),
            entry("hardlink", "h", "../../../etc/passwd"));
    assertThat(tree.lookUp("h")).isSameAs(tree.lookUp("etc/passwd"));
    assertThat(tree.lookUp("s")).isSameAs(tree.lookUp("etc"));
    assertThat(tree.lookUp("shadow").isRegularFile()).isTrue();
    assertThat(tree.root().children()).hasSize(4);
  }

  @Test
  void an_entry_below_a_loop_or_a_file_is_an_error() {
    assertThatThrownBy(
            () ->
                tree(
                    entry("symlink", "a", "b"),
                    entry("symlink", "b", "a"),
                    entry("reg", "a/f", "")))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("a/f")
        .hasMessageContaining("40 symbolic links");
    assertThatThrownBy(() -> tree(entry("reg", "f", ""), entry("reg", "f/x", "")))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("no directory");
    assertThatThrownBy(() -> tree(entry("reg", "f", ""), entry("reg", "f/d/x", "")))
        .isInstanceOf(CorruptException.class);
    assertThatThrownBy(() -> tree(entry("reg", "./", ""))).isInstanceOf(CorruptException.class);
  }

  @Test
  void a_directory_linked_into_itself_is_no_tree() throws IOException {
    FileTree tree =
        tree(entry("dir", "d/", ""), entry("hardlink", "d/again", "d"), entry("reg", "d/f", ""));
    assertThat(tree.lookUp("d/again").isDirectory()).isFalse();
    assertThat(tree.size()).isEqualTo(4);
  }

  @Test
  void a_hundred_thousand_links_each_to_the_one_behind_take_no_time() throws IOException {
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      entries.add(entry("hardlink", "l" + i, "l" + (i + 1)));
    }
    entries.add(entry("reg", "l100000", ""));
    FileTree tree = tree(entries.toArray(String[]::new));
    assertThat(tree.lookUp("l0")).isSameAs(tree.lookUp("l100000"));
    assertThat(tree.lookUp("l0").linkCount()).isEqualTo(100_001);
  }

  @Test
  void a_tree_takes_no_more_memory_than_it_may() throws IOException {
    TreeBuilder builder = new TreeBuilder(100_000);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100_000; i++) {
                EntryName name = EntryName.of("d/".repeat(100) + i);
                builder.put(new TocEntry.Builder(name, TocEntryType.REGULAR).build());
              }
            })
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("100000 bytes of memory");
    assertThat(builder.root().children()).hasSize(1);
  }

  @Test
  void directories_take_more_than_files() throws IOException {
    TreeBuilder files = new TreeBuilder(100_000);
    TreeBuilder directories = new TreeBuilder(100_000);
    for (int i = 0; i < 500; i++) {
      files.put(new TocEntry.Builder(EntryName.of("f" + i), TocEntryType.REGULAR).build());
    }
    assertThat(files.root().children()).hasSize(500);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 500; i++) {
                EntryName name = EntryName.of("d" + i);
                directories.put(new TocEntry.Builder(name, TocEntryType.DIRECTORY).build());
              }
            })
        .isInstanceOf(UnsupportedException.class);
  }

  @Test
  void sizes_of_2_to_the_63_are_refused() throws IOException {
    String at = ",'offset':0,'chunkDigest':'sha256:" + "0".repeat(64) + "'}";
    assertThatThrownBy(() -> tree("{'name':'f','type':'reg','size':9223372036854775808" + at))
        .isInstanceOf(CorruptException.class);
    byte[] blob =
        Forge.blob()
            .member(new byte[10])
            .withToc(Forge.toc("{'name':'f','type':'reg','size':9223372036854775807" + at));
    FileTree tree = StargzReader.open(RandomAccessSource.of(blob)).tree();
    FileNode file = tree.lookUp("f");
    assertThat(file.size()).isEqualTo(Long.MAX_VALUE);
    assertThatThrownBy(() -> tree.open(file).read()).isInstanceOf(UnsupportedException.class);
  }
}
