package dev.stargz.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.stargz.conformance.Launcher.Running;
import dev.stargz.extract.ExtractListener;
import dev.stargz.extract.ExtractOptions;
import dev.stargz.extract.ExtractReport;
import dev.stargz.extract.LeftOut;
import dev.stargz.extract.TreeExtractor;
import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.RandomAccessSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is extracted from a blob, of our writer or the Go library's, is what GNU tar extracts from
 * the layer it was made of: content, owners, modes, times, links by inode, devices, xattrs.
 */
class ExtractTest {
  /** Names that the Go library can't keep apart, or at all, and what it makes of them. */
  private static final Pattern NO_UTF8 =
      Pattern.compile("\\\\xff|\\\\xaa|\\\\xef\\\\xbf\\\\xbd|/cut-|/hard-to-aa");

  private static final int NOBODY = 65534;

  @TempDir Path temp;

  @BeforeEach
  void needsTar() {
    Needs.these("tar", "gzip");
  }

  /** Some directories let nobody but root write. */
  @AfterEach
  void removeTrees() throws IOException, InterruptedException {
    Command.bash("chmod -R u+rwX \"$1\" && rm -rf \"$1\"/*", temp);
  }

  @ParameterizedTest
  @EnumSource(Layer.class)
  void from_our_blob_comes_what_gnu_tar_extracts(Layer layer)
      throws IOException, InterruptedException {
    Needs.root();
    Path tree = temp.resolve("tree");
    ExtractReport report;
    try (StargzReader reader = Converted.of(layer, Converted.DEFAULT_CHUNKS).open()) {
      report = extract(reader, tree);
    }

    assertThat(report.leftOut()).allMatch(leftOut -> leftOut.kind() == LeftOut.Kind.OVERLAY_XATTR);
    Tree expected = byTar(layer);
    assertThat(expected.paths()).hasSizeGreaterThan(40);
    found(tree).shouldEqual(expected);
  }

  @ParameterizedTest
  @CsvSource({"HARD, 7", "DEBIAN, 4096"})
  void small_chunks_make_the_same_files(Layer layer, int chunkSize)
      throws IOException, InterruptedException {
    Needs.root();
    Path tree = temp.resolve("tree");
    try (StargzReader reader = Converted.of(layer, chunkSize).open()) {
      extract(reader, tree);
    }
    found(tree).shouldEqual(byTar(layer));
  }

  /** Its writers round times up, and know no names but in UTF-8. */
  @ParameterizedTest
  @CsvSource({
    "HARD, build", "HARD, append",
    "HARD_GNU, build", "HARD_GNU, append",
    "DEBIAN, build", "DEBIAN, append"
  })
  void from_the_go_library_s_blob_comes_what_gnu_tar_extracts(Layer layer, String writer)
      throws IOException, InterruptedException {
    Needs.root();
    GoBlob blob = GoBlob.of(writer, layer);
    Path tree = temp.resolve("tree");
    RandomAccessSource source = RandomAccessSource.of(blob.file());
    try (StargzReader reader = StargzReader.open(source, blob.tocDigest())) {
      extract(reader, tree);
    }

    Tree expected = byTar(layer);
    Tree found = found(tree);
    for (String path : expected.paths()) {
      if (!NO_UTF8.matcher(path).find() && found.paths().contains(path)) {
        long late = time(found.line(path)) - time(expected.line(path));
        assertThat(late).as(path).isBetween(0L, 1L);
      }
    }
    comparable(found).shouldEqual(comparable(expected));
  }

  private static long time(ObjectNode line) {
    return line.get("mtime").asLong();
  }

  private static Tree comparable(Tree tree) {
    return tree.without(line -> NO_UTF8.matcher(line.toString().replace("\\\\", "\\")).find())
        .withoutFields("mtime");
  }

  // ---- as an ordinary user

  @Test
  void an_ordinary_user_gets_all_but_owners_and_devices() throws IOException, InterruptedException {
    Needs.root();
    Path machine = temp.resolve("machine");
    Stargzify stargzify = Stargzify.in(machine);
    Path blob = Converted.of(Layer.HARD, Converted.DEFAULT_CHUNKS).file();
    Files.copy(blob, machine.resolve("layer.stargz"));
    Command.bash(
        "chmod a+x \"$1\" && chmod -R a+rX \"$1/machine\" && chmod 1777 \"$1/machine/temp\""
            + " && install -d -o 65534 -g 65534 \"$1/machine/tree\"",
        temp);

    Running.Result result =
        stargzify.bash(
            "umask 077; setpriv --reuid "
                + NOBODY
                + " --regid "
                + NOBODY
                + " --clear-groups stargzify extract "
                + machine.resolve("layer.stargz")
                + " "
                + machine.resolve("tree"));

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err().lines().filter(line -> line.contains("warning: ")))
        .hasSize(5)
        .anyMatch(line -> line.contains("2 devices were left out (first: modes/"))
        .anyMatch(line -> line.contains("the owners of "))
        .anyMatch(line -> line.contains("the set-id bits of 2 files were left out"))
        .anyMatch(line -> line.contains("left out (first: security.capability of "))
        .anyMatch(line -> line.contains("left out (first: trusted.overlay.opaque of "));
    Tree expected = byTar(Layer.HARD).without(line -> line.has("device"));
    Tree found = found(machine.resolve("tree"));
    assertThat(found.line("owners/uid-max").get("owner").get(0).asInt()).isEqualTo(NOBODY);
    assertThat(found.line("modes/setuid").get("mode").asText()).isEqualTo("-rwxr-xr-x");
    forUser(found).shouldEqual(forUser(expected));
  }

  /** What an ordinary user may set. */
  private static Tree forUser(Tree tree) {
    for (String path : List.of("modes/setuid", "modes/setgid")) {
      tree.line(path).put("mode", "-rwxr-xr-x");
    }
    return tree.withoutFields("owner").withoutXattrs("security.").withoutXattrs("trusted.");
  }

  // ---- a full disk

  @Test
  void a_full_disk_is_an_error_that_names_the_file_and_leaves_no_part_of_it()
      throws IOException, InterruptedException {
    Needs.root();
    Stargzify stargzify = Stargzify.in(temp.resolve("machine"));
    Path small = Files.createDirectory(temp.resolve("small"));
    Path blob = Converted.of(Layer.DEBIAN, Converted.DEFAULT_CHUNKS).file();

    Running.Result result =
        stargzify.bash(
            "unshare --mount true || exit 77; "
                + "unshare --mount bash -c 'mount -t tmpfs -o size=2m none %s && { "
                    .formatted(small)
                + "stargzify extract file:%s %s/tree; code=$?; ".formatted(blob, small)
                + "find %s -name \".stargzify-*\"; exit $code; }'".formatted(small));

    assumeTrue(result.exitCode() != 77, "left out: there is no mounting here");
    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.err())
        .containsPattern(
            "stargzify: " + small + "/tree/\\S+: write: the disk is full \\(ENOSPC\\)\n");
    assertThat(result.out()).isEmpty();
  }

  // ---- both sides

  private static ExtractReport extract(StargzReader reader, Path tree) throws IOException {
    return new TreeExtractor(ExtractOptions.defaults())
        .extract(reader.tree(), List.of(), tree, ExtractListener.NONE);
  }

  /** A layer without an entry for its root leaves the root's time as it comes. */
  private Tree found(Path tree) throws IOException, InterruptedException {
    Tree found = Tree.of(tree).inWholeSeconds();
    found.line("").put("mtime", 0);
    return found;
  }

  private Tree byTar(Layer layer) throws IOException, InterruptedException {
    Path tree = Files.createDirectory(temp.resolve("by-tar"));
    Command.run(
        "tar",
        "xpf",
        layer.file(),
        "-C",
        tree,
        "--numeric-owner",
        "--xattrs",
        "--xattrs-include=*");
    return found(tree).withoutXattrs("trusted.overlay."); // tar would tell overlayfs what to hide
  }
}
