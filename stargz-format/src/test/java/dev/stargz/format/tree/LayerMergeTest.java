package dev.stargz.format.tree;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers over one another: OCI image spec, "Image Layer Filesystem Changeset". */
class LayerMergeTest {
  private static FileTree merge(TarFixture... layers) throws IOException {
    List<StargzReader> readers = new ArrayList<>();
    for (TarFixture layer : layers) {
      readers.add(Blobs.convert(layer).open());
    }
    return StargzReader.mergedTree(readers);
  }

  private static String read(FileTree tree, String path) throws IOException {
    try (InputStream in = tree.open(tree.lookUp(path))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static List<String> names(FileTree tree, String directory) throws IOException {
    return tree.lookUp(directory).children().keySet().stream().map(EntryName::text).toList();
  }

  @Test
  void a_file_is_that_of_the_uppermost_layer_and_knows_it() throws IOException {
    FileTree tree =
        merge(
            tar().file("both", "low").file("low", "low"),
            tar().file("middle", "middle"),
            tar().file("both", "top").file("top", "top"));
    assertThat(names(tree, "/")).containsExactly("both", "low", "middle", "top");
    assertThat(read(tree, "both")).isEqualTo("top");
    assertThat(read(tree, "low")).isEqualTo("low");
    assertThat(tree.lookUp("both").layer()).isEqualTo(2);
    assertThat(tree.lookUp("middle").layer()).isEqualTo(1);
    assertThat(tree.lookUp("low").layer()).isEqualTo(0);
  }

  @Test
  void a_directory_of_several_layers_has_the_files_of_all_and_the_last_ones_attributes()
      throws IOException {
    FileTree tree =
        merge(
            tar().dir("d/").mode(0700).owner(1, 1).file("d/a", "a"),
            tar().file("d/b", "b"),
            tar().dir("d/").mode(0750).owner(2, 2).file("d/c", "c"));
    assertThat(names(tree, "d")).containsExactly("a", "b", "c");
    assertThat(tree.lookUp("d").permissions()).isEqualTo(0750);
    assertThat(tree.lookUp("d").layer()).isEqualTo(2);
  }

  @Test
  void a_whiteout_removes_what_lower_layers_have_wherever_it_stands() throws IOException {
    FileTree tree =
        merge(
            tar().file("f", "low").file("g", "low").dir("d/").file("d/x", "x").file("stays", ""),
            tar().file("f", "own").file(".wh.f", "").file(".wh.g", "").file(".wh.d", "").dir("d/"),
            tar().file("e", ""));
    assertThat(names(tree, "/")).containsExactly("d", "e", "f", "stays");
    assertThat(read(tree, "f")).isEqualTo("own");
    assertThat(names(tree, "d")).isEmpty();
  }

  @Test
  void an_opaque_directory_shows_its_own_files_alone() throws IOException {
    FileTree tree =
        merge(
            tar().dir("d/").mode(0700).file("d/low", "").file("d/sub/low", "").file("e", ""),
            tar().file("d/own", "").file("d/.wh..wh..opq", "").file("d/sub/own", ""));
    assertThat(names(tree, "d")).containsExactly("own", "sub");
    assertThat(names(tree, "d/sub")).containsExactly("own");
    assertThat(tree.lookUp("d").permissions()).isEqualTo(0700);
    assertThat(tree.lookUp("e").layer()).isEqualTo(0);
  }

  @Test
  void a_hard_link_keeps_what_a_lower_layer_had_when_its_target_goes() throws IOException {
    FileTree tree =
        merge(
            tar().file("a", "low").hardlink("b", "a"),
            tar().hardlink("c", "b"),
            tar().file("a", "top").file(".wh.b", ""));
    assertThat(names(tree, "/")).containsExactly("a", "c");
    assertThat(read(tree, "c")).isEqualTo("low");
    assertThat(tree.lookUp("c").linkCount()).isEqualTo(1);
    assertThat(tree.lookUp("c").layer()).isEqualTo(0);
    assertThat(read(tree, "a")).isEqualTo("top");
  }

  @Test
  void a_hard_link_that_is_there_already_is_the_layers_own_all_the_same() throws IOException {
    FileTree tree =
        merge(
            tar().file("a", "low").hardlink("b", "a").file("c", "c"),
            tar().hardlink("b", "a").file(".wh.b", "").file(".wh.a", "").file(".wh.c", ""));
    assertThat(names(tree, "/")).containsExactly("b");
    assertThat(read(tree, "b")).isEqualTo("low");
  }

  @Test
  void names_of_the_format_and_of_aufs_dont_show_but_links_to_them_stay() throws IOException {
    FileTree tree =
        merge(
            tar()
                .dir(".wh..wh.plnk/")
                .file(".wh..wh.plnk/9", "nine")
                .hardlink("f", ".wh..wh.plnk/9"),
            tar().file("d/.wh..wh.aufs", ""));
    assertThat(names(tree, "/")).containsExactly("f");
    assertThat(read(tree, "f")).isEqualTo("nine");
    assertThat(tree.lookUp("f").linkCount()).isEqualTo(1);
  }

  @Test
  void a_file_below_a_lower_layers_symbolic_link_is_where_that_leads() throws IOException {
    FileTree tree =
        merge(
            tar().dir("usr/").dir("usr/lib/").file("usr/lib/a", "a").symlink("lib", "usr/lib"),
            tar().file("lib/b", "b").file("lib/.wh.a", ""));
    assertThat(tree.lookUp("lib", NOFOLLOW_LINKS).isSymbolicLink()).isTrue();
    assertThat(names(tree, "usr/lib")).containsExactly("b");
  }

  @Test
  void a_directory_takes_the_place_of_a_file_and_a_file_that_of_a_directory() throws IOException {
    FileTree tree =
        merge(
            tar().file("a", "").file("b/c/d", "").symlink("s", "b"),
            tar().dir("a/").file("a/x", "x").file("b", "b").dir("s/").file("s/y", "y"));
    assertThat(names(tree, "a")).containsExactly("x");
    assertThat(read(tree, "b")).isEqualTo("b");
    assertThat(names(tree, "s")).containsExactly("y");
    assertThat(tree.root().linkCount()).isEqualTo(4);
  }

  @Test
  void an_error_says_in_which_layer_it_is() {
    assertThatThrownBy(() -> merge(tar().file("f", ""), tar().file("f/below", "")))
        .isInstanceOf(CorruptException.class)
        .hasMessageContaining("f/below")
        .hasMessageContaining("layer '1'");
  }

  @Test
  void no_layers_are_an_empty_tree() throws IOException {
    assertThat(merge().root().children()).isEmpty();
  }

  // ---- one layer as overlayfs sees it

  private static FileTree overlay(TarFixture layer) throws IOException {
    return Blobs.convert(layer).open().overlayTree(OverlayXattr.TRUSTED);
  }

  @Test
  void overlay_shows_a_whiteout_as_a_device_of_the_name_removed() throws IOException {
    FileTree tree = overlay(tar().dir("foo/").file("foo/bar.txt", "").file("foo/.wh.foo.txt", ""));
    assertThat(names(tree, "foo")).containsExactly("bar.txt", "foo.txt");
    FileNode device = tree.lookUp("foo/foo.txt");
    assertThat(device.type().jsonName()).isEqualTo("char");
    assertThat(device.devMajor() + device.devMinor() + device.permissions()).isZero();
  }

  @Test
  void overlay_shows_a_file_rather_than_the_whiteout_of_its_name() throws IOException {
    FileTree tree =
        overlay(tar().dir("foo/").file("foo/bar.txt", "test").file("foo/.wh.bar.txt", ""));
    assertThat(read(tree, "foo/bar.txt")).isEqualTo("test");
    assertThat(names(tree, "foo")).containsExactly("bar.txt");
  }

  @Test
  void overlay_marks_directories_that_hide_lower_ones() throws IOException {
    FileTree tree =
        overlay(
            tar()
                .dir("a/")
                .xattr("user.own", new byte[] {1})
                .file("a/.wh..wh..opq", "")
                .file("a/b", "")
                .file(".wh.new", "")
                .dir("new/")
                .file("none/.wh..wh..opq", ""));
    assertThat(tree.lookUp("a").xattrs())
        .containsEntry("trusted.overlay.opaque", new byte[] {'y'})
        .containsEntry("user.own", new byte[] {1});
    assertThat(tree.lookUp("new").xattrs()).containsOnlyKeys("trusted.overlay.opaque");
    assertThat(tree.lookUp("none").xattrs()).containsOnlyKeys("trusted.overlay.opaque");
    assertThat(names(tree, "/")).containsExactly("a", "new", "none");
    assertThat(names(tree, "a")).containsExactly("b");
  }

  @Test
  void overlay_marks_as_users_may_if_asked() throws IOException {
    StargzReader reader = Blobs.convert(tar().file("d/.wh..wh..opq", "")).open();
    assertThat(reader.overlayTree(OverlayXattr.USER).lookUp("d").xattrs())
        .containsOnlyKeys("user.overlay.opaque");
    assertThat(reader.tree().lookUp("d").xattrs()).isEmpty();
    assertThat(reader.tree().lookUp("d/.wh..wh..opq").isRegularFile()).isTrue();
  }
}
