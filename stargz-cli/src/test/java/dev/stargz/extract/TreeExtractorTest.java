package dev.stargz.extract;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stargz.format.StargzReader;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.tree.OverlayXattr;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the files of a tree in a directory that is empty. */
@EnabledOnOs(OS.LINUX)
class TreeExtractorTest {
  /** What {@code setcap cap_net_raw+ep} sets (linux/capability.h). */
  private static final byte[] CAPABILITY = {
    1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  @TempDir Path temp;
  private Extracted out;

  @BeforeEach
  void setUp() {
    out = Extracted.to(temp.resolve("out"));
  }

  // ---- kinds of files and their attributes

  @Test
  void files_directories_and_links_are_there_with_content_mode_and_time() throws IOException {
    ExtractReport report =
        out.layer(
            tar()
                .dir("d/")
                .mode(0750)
                .mtime(1_000_000_001)
                .file("d/f", "content")
                .mode(0640)
                .mtime(1_000_000_002)
                .file("d/empty", "")
                .symlink("d/s", "f")
                .mtime(1_000_000_003)
                .hardlink("h", "d/f")
                .fifo("p")
                .mode(0600));

    assertThat(out.list()).containsExactly("d", "d/empty", "d/f", "d/s", "h", "p");
    assertThat(out.text("d/f")).isEqualTo("content");
    assertThat(out.text("d/empty")).isEmpty();
    assertThat(out.mode("d")).isEqualTo("40750");
    assertThat(out.mode("d/f")).isEqualTo("100640");
    assertThat(out.mode("p")).isEqualTo("10600");
    assertThat(out.seconds("d")).isEqualTo(1_000_000_001);
    assertThat(out.seconds("d/f")).isEqualTo(1_000_000_002);
    assertThat(out.seconds("d/s")).isEqualTo(1_000_000_003);
    assertThat(Files.readSymbolicLink(out.path("d/s"))).hasToString("f");
    assertThat(out.number("h", "ino")).isEqualTo(out.number("d/f", "ino"));
    assertThat(out.number("h", "nlink")).isEqualTo(2);
    assertThat(report.directories()).isEqualTo(1);
    assertThat(report.files()).isEqualTo(2);
    assertThat(report.links()).isEqualTo(1);
    assertThat(report.symbolicLinks()).isEqualTo(1);
    assertThat(report.others()).isEqualTo(1);
    assertThat(report.bytes()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0111, 0400, 0666, 0777})
  void modes_are_exact_whatever_the_umask(int mode) throws IOException {
    out.layer(
        tar()
            .dir("d/")
            .mode(mode | 01000)
            .dir("d/e/")
            .file("d/f", "x")
            .mode(mode)
            .fifo("p")
            .mode(mode));

    assertThat(out.mode("d")).isEqualTo(Integer.toOctalString(0041000 | mode));
    assertThat(out.mode("p")).isEqualTo(Integer.toOctalString(0010000 | mode));
    if ((mode & 0100) != 0 || Extracted.isRoot()) {
      assertThat(out.mode("d/f")).isEqualTo(Integer.toOctalString(0100000 | mode));
    }
    out.path("d").toFile().setExecutable(true); // to be removed by whoever runs this
    out.path("d").toFile().setReadable(true);
    out.path("d").toFile().setWritable(true);
  }

  @Test
  void a_directory_that_forbids_writing_is_filled_first() throws IOException {
    out.layer(
        tar()
            .dir("d/")
            .mode(0555)
            .mtime(7)
            .file("d/f", "x")
            .dir("d/e/")
            .mode(0500)
            .mtime(8)
            .file("d/e/g", "y")
            .hardlink("d/e/h", "d/f"));

    assertThat(out.text("d/e/g")).isEqualTo("y");
    assertThat(out.text("d/e/h")).isEqualTo("x");
    assertThat(out.mode("d")).isEqualTo("40555");
    assertThat(out.mode("d/e")).isEqualTo("40500");
    assertThat(out.seconds("d")).isEqualTo(7);
    assertThat(out.seconds("d/e")).isEqualTo(8);
    out.path("d").toFile().setWritable(true);
    out.path("d/e").toFile().setWritable(true);
  }

  @Test
  void times_before_1970_and_far_ahead_are_kept() throws IOException {
    out.layer(
        tar().file("a", "").mtime(-2).file("b", "").mtime(0).file("c", "").mtime(8589934592L));

    assertThat(out.seconds("a")).isEqualTo(-2);
    assertThat(out.seconds("b")).isZero();
    assertThat(out.seconds("c")).isEqualTo(8589934592L);
  }

  @Test
  void a_directory_that_no_entry_names_is_0755_and_has_the_time_it_was_made() throws IOException {
    long start = System.currentTimeMillis() / 1000;
    out.layer(tar().file("a/b/f", "x"));

    assertThat(out.mode("a/b")).isEqualTo("40755");
    assertThat(out.seconds("a/b")).isGreaterThanOrEqualTo(start);
  }

  @Test
  void the_root_s_entry_is_the_directory_s() throws IOException {
    out.layer(tar().dir("./").mode(0711).mtime(5).file("./f", "x"));

    assertThat(out.mode("")).isEqualTo("40711");
    assertThat(out.seconds("")).isEqualTo(5);
  }

  @Test
  void user_attributes_are_set_byte_for_byte() throws IOException {
    byte[] binary = latin1("\0\u00ff\u0080a\n");
    ExtractReport report =
        out.layer(
            tar()
                .file("f", "x")
                .mode(0400)
                .xattr("user.binary", binary)
                .xattr("user.empty", new byte[0])
                .dir("d/")
                .xattr("user.of.directory", latin1("1")));
    assumeTrue(report.leftOut().isEmpty(), "the file system has no such attributes");

    assertThat(out.xattr("f", "user.binary")).isEqualTo(binary);
    assertThat(out.xattr("f", "user.empty")).isEmpty();
    assertThat(out.xattr("d", "user.of.directory")).isEqualTo(latin1("1"));
  }

  @Test
  void an_attribute_that_nobody_may_set_is_counted() throws IOException {
    ExtractReport report = out.layer(tar().symlink("s", "f").xattr("user.a", latin1("1")));

    assertThat(report.leftOut())
        .singleElement()
        .satisfies(
            leftOut -> {
              assertThat(leftOut.kind()).isEqualTo(LeftOut.Kind.UNSUPPORTED_XATTR);
              assertThat(leftOut.first()).isEqualTo("user.a of s");
            });
    assertThat(out.list()).containsExactly("s");
  }

  /** The kernel takes 64 KiB at most, names of up to 255 bytes that have one behind the dot. */
  @Test
  void attributes_that_no_file_system_has_room_for_are_counted() throws IOException {
    out = out.with(ExtractOptions.defaults().withSameOwner(false));
    ExtractReport report =
        out.layer(
            tar()
                .file("large", "x")
                .xattr("user.large", pattern(70_000))
                .file("long", "x")
                .xattr("user." + "n".repeat(251), latin1("1"))
                .file("none", "x")
                .xattr("user.", latin1("1")));

    assertThat(report.leftOut())
        .containsExactly(new LeftOut(LeftOut.Kind.UNSUPPORTED_XATTR, 3, "user.large of large"));
    assertThat(out.list()).containsExactly("large", "long", "none");
  }

  @Test
  void an_attribute_that_this_file_system_has_no_room_for_is_counted() throws IOException {
    out = out.with(ExtractOptions.defaults().withSameOwner(false));
    TarFixture tar = tar().file("f", "x").mode(0604);
    for (int i = 0; i < 8; i++) {
      tar.xattr("user." + i, pattern(60_000)); // ext4: 4 KiB in all, XFS and tmpfs: all of it
    }
    ExtractReport report = out.layer(tar);

    assertThat(report.leftOut())
        .allMatch(leftOut -> leftOut.kind() == LeftOut.Kind.UNSUPPORTED_XATTR);
    assertThat(out.mode("f")).isEqualTo("100604");
  }

  @Test
  void names_are_bytes() throws IOException {
    byte[] ff = latin1("\u00ff");
    out.layer(
        tar()
            .file(ff, latin1("ff"))
            .file("\u00fc", "u")
            .file("new\nline", "n")
            .file("n".repeat(255), "255")
            .dir(latin1("d\u00fe/"))
            .file(latin1("d\u00fe/\u00fd"), latin1("deep"))
            .symlink(latin1("s\u00ff"), latin1("\u00ff"))
            .hardlink(latin1("h\u00ff"), ff));

    assertThat(out.list())
        .containsExactly(
            "d\u00fe",
            "d\u00fe/\u00fd",
            "h\u00ff",
            "new\nline",
            "n".repeat(255),
            "s\u00ff",
            "\u00c3\u00bc",
            "\u00ff");
  }

  @Test
  void a_name_that_is_too_long_is_an_error_with_path_call_and_reason() {
    assertThatThrownBy(() -> out.layer(tar().dir("d/").file("d/" + "n".repeat(256), "x")))
        .isInstanceOf(ExtractException.class)
        .hasMessageContaining(out.path("d") + "/nnn")
        .hasMessageContaining("renameat2: too long a name for the file system (ENAMETOOLONG)");
  }

  @Test
  void landmarks_are_left_out_and_whiteouts_are_files_as_stored() throws IOException {
    out.layer(tar().file("a", "x").file(".wh.gone", "").dir("d/").file("d/.wh..wh..opq", ""));

    assertThat(out.list()).containsExactly(".wh.gone", "a", "d", "d/.wh..wh..opq");
  }

  // ---- hard links

  @Test
  void of_a_file_with_several_names_those_that_are_wanted_are_links() throws IOException {
    TarFixture tar = tar().file("a", "content").dir("d/").hardlink("d/b", "a").hardlink("c", "a");

    ExtractReport report = out.layer(tar, "c", "d");

    assertThat(out.list()).containsExactly("c", "d", "d/b");
    assertThat(out.text("d/b")).isEqualTo("content");
    assertThat(out.number("c", "ino")).isEqualTo(out.number("d/b", "ino"));
    assertThat(report.bytes()).isEqualTo(7);
  }

  @Test
  void a_symbolic_link_and_a_pipe_may_have_several_names_too() throws IOException {
    out.layer(tar().symlink("s", "nowhere").hardlink("t", "s").fifo("p").hardlink("q", "p"));

    assertThat(out.number("s", "ino")).isEqualTo(out.number("t", "ino"));
    assertThat(out.number("p", "ino")).isEqualTo(out.number("q", "ino"));
    assertThat(Files.readSymbolicLink(out.path("t"))).hasToString("nowhere");
  }

  @Test
  void a_hard_link_whose_content_is_elsewhere_is_left_out_and_a_failure() throws IOException {
    out = out.with(ExtractOptions.defaults().withSameOwner(false));
    ExtractReport report =
        out.layer(tar().file("a", "x").hardlink("h", "lower/file").hardlink("i", "lower/file"));

    assertThat(out.list()).containsExactly("a");
    assertThat(report.leftOut())
        .containsExactly(new LeftOut(LeftOut.Kind.HARD_LINK, 2, "h"))
        .allMatch(LeftOut::isFailure);
  }

  // ---- as root

  @Test
  void root_gets_owners_devices_set_id_bits_and_all_attributes() throws IOException {
    assumeTrue(Extracted.isRoot(), "left out: it takes root");
    ExtractReport report =
        out.layer(
            tar()
                .dir("d/")
                .owner(1000, 1001)
                .mode(02755)
                .file("d/f", "x")
                .owner(4294967294L, 4294967293L)
                .mode(06755)
                .symlink("d/s", "f")
                .owner(12, 13)
                .charDevice("c", 4095, 1048575)
                .mode(0666)
                .owner(1, 2)
                .blockDevice("b", 8, 300)
                .file("ping", "able")
                .owner(7, 7)
                .mode(0755)
                .xattr("security.capability", CAPABILITY)
                .xattr("trusted.t", latin1("t")));
    assumeTrue(report.leftOut().isEmpty(), () -> "left out: " + report.leftOut());

    assertThat(out.owner("d")).isEqualTo("1000:1001");
    assertThat(out.mode("d")).isEqualTo("42755");
    assertThat(out.owner("d/f")).isEqualTo("4294967294:4294967293");
    assertThat(out.mode("d/f")).isEqualTo("106755");
    assertThat(out.owner("d/s")).isEqualTo("12:13");
    assertThat(out.owner("c")).isEqualTo("1:2");
    assertThat(out.mode("c")).isEqualTo("20666");
    assertThat(out.mode("b")).isEqualTo("60644");
    assertThat(device("c")).isEqualTo("fff:fffff");
    assertThat(device("b")).isEqualTo("8:12c");
    assertThat(out.xattr("ping", "security.capability")).isEqualTo(CAPABILITY);
    assertThat(out.xattr("ping", "trusted.t")).isEqualTo(latin1("t"));
  }

  /** Numbers in hex, from what glibc makes of them: sys/sysmacros.h. */
  private String device(String path) throws IOException {
    long rdev = out.number(path, "rdev");
    long major = (rdev >>> 8) & 0xfff;
    long minor = (rdev & 0xff) | ((rdev >>> 12) & 0xfff00);
    return Long.toHexString(major) + ":" + Long.toHexString(minor);
  }

  @Test
  void an_owner_or_a_device_that_no_file_system_holds_is_an_error() {
    assumeTrue(Extracted.isRoot(), "left out: it takes root");

    assertThatThrownBy(() -> out.layer(tar().file("f", "x").owner(4294967295L, 0)))
        .isInstanceOf(ExtractException.class)
        .hasMessageContaining(out.path("f") + ": its owner is 4294967295, and no file system");
    assertThatThrownBy(() -> out.layer(tar().charDevice("c", 4096, 0)))
        .isInstanceOf(ExtractException.class)
        .hasMessageContaining("a device 4096:0: Linux has numbers to 4095:1048575");
  }

  @Test
  void without_owners_files_lend_nobody_s_rights() throws IOException {
    long uid = owner();
    out = out.with(ExtractOptions.defaults().withSameOwner(false));
    ExtractReport report =
        out.layer(
            tar()
                .file("other", "x")
                .owner(uid + 1, 77777)
                .mode(06755)
                .file("mine", "x")
                .owner(uid, 77777)
                .mode(04711));

    assertThat(out.mode("other")).isEqualTo("100755");
    assertThat(out.mode("mine")).isEqualTo("104711");
    assertThat(report.leftOut()).containsExactly(new LeftOut(LeftOut.Kind.SET_ID, 1, "other"));
  }

  private long owner() throws IOException {
    return (Integer) Files.getAttribute(temp, "unix:uid");
  }

  @Test
  void a_layer_in_overlayfs_s_terms() throws IOException {
    try (StargzReader reader =
        Blobs.convert(tar().file(".wh.gone", "").dir("d/").file("d/.wh..wh..opq", "")).open()) {
      ExtractReport report =
          new TreeExtractor(ExtractOptions.defaults().withOverlay(OverlayXattr.USER))
              .extract(
                  reader.overlayTree(OverlayXattr.USER),
                  List.of(),
                  out.path(""),
                  ExtractListener.NONE);
      assumeTrue(report.leftOut().isEmpty(), () -> "left out: " + report.leftOut());
    }

    assertThat(out.list()).containsExactly("d", "gone");
    assertThat(out.mode("gone")).startsWith("20");
    assertThat(out.number("gone", "rdev")).isZero();
    assertThat(out.xattr("d", "user.overlay.opaque")).isEqualTo(latin1("y"));
  }

  @Test
  void what_a_layer_says_to_overlayfs_of_its_own_is_left_out() throws IOException {
    TarFixture tar =
        tar()
            .dir("d/")
            .xattr("trusted.overlay.redirect", latin1("/etc"))
            .xattr("user.overlay.redirect", latin1("/etc"))
            .dir("hides/")
            .xattr("user.overlay.opaque", latin1("y"))
            .dir("marked/")
            .xattr("user.overlay.opaque", latin1("x"))
            .file("marked/.wh..wh..opq", "");

    ExtractReport plain = out.with(ExtractOptions.defaults().withSameOwner(false)).layer(tar);
    ExtractReport overlay;
    Path upper = temp.resolve("upper");
    try (StargzReader reader = Blobs.convert(tar).open()) {
      overlay =
          new TreeExtractor(
                  ExtractOptions.defaults().withSameOwner(false).withOverlay(OverlayXattr.USER))
              .extract(
                  reader.overlayTree(OverlayXattr.USER), List.of(), upper, ExtractListener.NONE);
    }

    assertThat(plain.leftOut())
        .contains(new LeftOut(LeftOut.Kind.OVERLAY_XATTR, 1, "trusted.overlay.redirect of d"))
        .noneMatch(LeftOut::isFailure);
    assertThat(out.xattr("d", "trusted.overlay.redirect")).isNull();
    assumeTrue(out.xattr("d", "user.overlay.redirect") != null, "no such attributes here");
    // of the mark nobody can tell whose it is: what it hides may show, and that is told
    assertThat(overlay.leftOut())
        .containsExactly(
            new LeftOut(LeftOut.Kind.OVERLAY_XATTR, 2, "trusted.overlay.redirect of d"),
            new LeftOut(LeftOut.Kind.OVERLAY_MARK, 1, "user.overlay.opaque of hides"));
    Extracted there = Extracted.to(upper);
    assertThat(there.xattr("d", "user.overlay.redirect")).isNull();
    assertThat(there.xattr("hides", "user.overlay.opaque")).isNull();
    assertThat(there.xattr("marked", "user.overlay.opaque")).isEqualTo(latin1("y"));
  }

  // ---- many and large

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void any_number_of_threads_writes_the_same(int threads) throws IOException {
    TarFixture tar = tar();
    for (int i = 0; i < 300; i++) {
      tar.file("d" + i % 90 + "/f" + i, pattern(i * 37));
    }
    try (StargzReader reader =
        Blobs.convert(tar, WriterOptions.builder().chunkSize(1000).build()).open()) {
      out.with(ExtractOptions.defaults().withThreads(threads)).from(reader);
    }

    for (int i = 0; i < 300; i++) {
      assertThat(Files.readAllBytes(out.path("d" + i % 90 + "/f" + i))).isEqualTo(pattern(i * 37));
    }
    assertThat(out.list()).hasSize(390).noneMatch(name -> name.contains(".stargzify-"));
  }

  @Test
  void a_file_of_many_buffers_is_whole_and_its_progress_told() throws IOException {
    byte[] large = pattern(3_000_000);
    long[] told = {0, 0};
    out.listener(
        progress -> {
          told[0] = progress.bytes();
          told[1] = progress.files();
          assertThat(progress.allBytes()).isEqualTo(3_000_000);
        });

    out.layer(tar().file("large", large));

    assertThat(Files.readAllBytes(out.path("large"))).isEqualTo(large);
    assertThat(told).containsExactly(3_000_000, 1);
  }

  @Test
  void directories_may_be_as_deep_as_a_path_is_long() throws IOException {
    String deep = "d/".repeat(2000);
    out.layer(tar().file(deep + "f", "x").file(deep.substring(0, 2000) + "g", "y"));

    List<String> found = out.list();
    // the path is too long for who removes the rest
    Process remove = new ProcessBuilder("rm", "-rf", out.path("").toString()).start();
    assertThat(remove.onExit().join().exitValue()).isZero();
    assertThat(found).hasSize(2002);
  }

  @Test
  void of_many_directories_few_are_open_at_once() throws IOException {
    TarFixture tar = tar();
    for (int i = 0; i < 400; i++) {
      tar.file("d" + i + "/f", "x");
    }
    long before = openFiles();
    long[] most = {0};
    out.with(ExtractOptions.defaults().withThreads(1))
        .listener(progress -> most[0] = Math.max(most[0], openFiles()));

    out.layer(tar);

    assertThat(most[0]).isBetween(before + 1, before + 100);
  }

  private static long openFiles() {
    String[] descriptors = new File("/proc/self/fd").list();
    return descriptors == null ? 0 : descriptors.length;
  }

  @Test
  void an_empty_layer_makes_the_directory_alone() throws IOException {
    out.layer(tar());

    assertThat(out.list()).isEmpty();
  }
}
