package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.conformance.Launcher.Running;
import dev.stargz.extract.ExtractListener;
import dev.stargz.extract.ExtractOptions;
import dev.stargz.extract.TreeExtractor;
import dev.stargz.format.StargzReader;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is extracted from an image of several layers is what umoci unpacks of it, file by file. */
class MergedExtractTest {
  /** It leaves out what is empty. */
  private static final String NOT_SET_BY_UMOCI = "user.empty";

  /** It leaves out what it might make for a mount of its own. */
  private static final String OVERLAY = "trusted.overlay.";

  @TempDir Path temp;

  private long start;

  @BeforeEach
  void needsRoot() {
    Needs.root();
    start = System.currentTimeMillis() * 1_000_000;
  }

  @AfterEach
  void removeTrees() throws IOException, InterruptedException {
    Command.bash("rm -rf \"$1\"/*", temp);
  }

  @ParameterizedTest
  @MethodSource("dev.stargz.conformance.FlattenTest#images")
  void layers_in_memory_merge_to_what_umoci_unpacks(FlattenTest.Image image)
      throws IOException, InterruptedException {
    Path layout = Files.createDirectory(temp.resolve("layout"));
    SourceImage.of(image.layers().stream().map(TestLayer::gzip).toArray(TestLayer[]::new))
        .write(layout);
    Path tree = temp.resolve("tree");

    extract(image.layers(), tree);

    comparable(Tree.of(tree))
        .shouldEqual(comparable(UnpackedImage.byUmoci(layout + ":latest", temp)));
  }

  private static void extract(List<TarFixture> layers, Path tree) throws IOException {
    List<StargzReader> readers = new ArrayList<>();
    for (TarFixture layer : layers) {
      readers.add(Blobs.convert(layer).open());
    }
    new TreeExtractor(ExtractOptions.defaults())
        .extract(StargzReader.mergedTree(readers), List.of(), tree, ExtractListener.NONE);
    for (StargzReader reader : readers) {
      reader.close();
    }
  }

  @Test
  void a_debian_image_of_three_layers_is_extracted_as_umoci_unpacks_it()
      throws IOException, InterruptedException {
    Path plain = Files.createDirectory(temp.resolve("plain"));
    TarFixture changes =
        tar()
            .dir("./etc/")
            .file("./etc/.wh.passwd", "")
            .file("./etc/hostname", "changed\n")
            .dir("./usr/share/doc/")
            .file("./usr/share/doc/.wh..wh..opq", "")
            .file("./usr/share/doc/README", "all that is left\n")
            .hardlink("./usr/share/doc/COPY", "./usr/share/doc/README")
            .file("./var/.wh.log", "")
            .file("./bin/added", "below a symbolic link\n")
            .mode(04755);
    SourceImage.of(TestLayer.of(Layer.DEBIAN), TestLayer.gzip(changes), TestLayer.of(Layer.HARD))
        .write(plain);
    Stargzify stargzify = Stargzify.in(temp.resolve("machine"));
    String lazy = "oci:" + temp.resolve("lazy") + ":latest";
    stargzify.convert("oci:" + plain + ":latest", lazy);
    Path tree = temp.resolve("tree");

    Running.Result result = stargzify.run("extract", lazy, tree.toString());

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).contains(" hard links, ");
    assertThat(result.err().lines().filter(line -> line.contains("warning")))
        .allMatch(line -> line.contains("left out (first: trusted.overlay."));
    Tree found = comparable(Tree.of(tree));
    assertThat(found.paths()).hasSizeGreaterThan(5000).contains("usr/bin/added", "names/\\xff");
    found.shouldEqual(comparable(UnpackedImage.byUmoci(plain + ":latest", temp)));
  }

  @Test
  void of_one_layer_and_of_some_paths_of_an_image_the_rest_stays_away()
      throws IOException, InterruptedException {
    Path plain = Files.createDirectory(temp.resolve("plain"));
    SourceImage.small().write(plain);
    Stargzify stargzify = Stargzify.in(temp.resolve("machine"));
    String lazy = "oci:" + temp.resolve("lazy") + ":latest";
    stargzify.convert("oci:" + plain + ":latest", lazy);
    Path paths = temp.resolve("paths");
    Path layer = temp.resolve("layer");
    Path overlay = temp.resolve("overlay");

    assertThat(stargzify.run("extract", lazy, paths + "", "/etc", "data/three").exitCode())
        .isZero();
    assertThat(stargzify.run("extract", "--layer", "2", lazy, layer + "").exitCode()).isZero();
    assertThat(stargzify.run("extract", "--layer", "2", "--overlay", lazy, overlay + "").exitCode())
        .isZero();

    assertThat(Tree.of(paths).paths())
        .containsExactly(
            "", "data", "data/three", "etc", "etc/config", "etc/owned", "etc/replaced");
    assertThat(Tree.of(layer).paths()).contains(".wh.gone", "etc/.wh.removed", "data/.wh..wh..opq");
    Tree marks = Tree.of(overlay);
    assertThat(marks.line("gone").get("device")).hasToString("[0,0]");
    assertThat(marks.line("etc/removed").get("device")).hasToString("[0,0]");
    assertThat(marks.line("data").get("xattrs").get("trusted.overlay.opaque").asText())
        .isEqualTo("79");
  }

  /** Without them what the layer removes would show where it is mounted. */
  @Test
  void marks_of_overlayfs_that_an_ordinary_user_may_not_set_are_a_failure()
      throws IOException, InterruptedException {
    Path plain = Files.createDirectory(temp.resolve("plain"));
    SourceImage.small().write(plain);
    Stargzify stargzify = Stargzify.in(temp.resolve("machine"));
    Path lazy = temp.resolve("lazy");
    stargzify.convert("oci:" + plain + ":latest", "oci:" + lazy + ":latest");
    Command.bash(
        "chmod a+x \"$1\" && chmod -R a+rX \"$1/machine\" \"$1/lazy\""
            + " && chmod 1777 \"$1/machine/temp\" && install -d -o 65534 -g 65534 \"$1/tree\"",
        temp);

    Running.Result result =
        stargzify.bash(
            "setpriv --reuid 65534 --regid 65534 --clear-groups stargzify extract -q --layer 2"
                + " --overlay oci:%s:latest %s".formatted(lazy, temp.resolve("tree")));

    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.err().lines())
        .singleElement()
        .asString()
        .containsPattern("stargzify: \\d marks? of removed files (was|were) left out \\(first: ");
  }

  /** The root's time stays as it comes where no layer says it. */
  private Tree comparable(Tree tree) {
    Tree comparable =
        tree.withoutTimesSince(start)
            .withoutXattrs(NOT_SET_BY_UMOCI)
            .withoutXattrs(OVERLAY)
            .inWholeSeconds();
    if (comparable.paths().contains("stargz.index.json")) {
      comparable.withoutTocAndLandmark();
    }
    comparable.line("").put("mtime", "unsaid");
    return comparable;
  }
}
