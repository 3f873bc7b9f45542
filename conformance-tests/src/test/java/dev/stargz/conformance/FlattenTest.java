package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.LayerFlattener;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.fixture.TarFixture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One layer made of several unpacks to the files that the tools of others make of those several.
 */
class FlattenTest {
  /** It leaves out what is empty. */
  private static final String NOT_SET_BY_UMOCI = "user.empty";

  @TempDir Path temp;

  private long start;

  @BeforeEach
  void needsRoot() {
    Needs.root();
    start = System.currentTimeMillis() * 1_000_000;
  }

  /** Layers by what is hard about them, the lowest first. */
  record Image(String what, List<TarFixture> layers) {
    static Image of(String what, TarFixture... layers) {
      return new Image(what, List.of(layers));
    }

    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Image> images() {
    return Stream.of(
        Image.of("all that a file system can hold", TestLayer.base(), TestLayer.upper(), tar()),
        Image.of(
            "an opaque marker last in its layer",
            tar().dir("./").dir("d/").file("d/old", "").dir("d/e/").file("d/e/old", ""),
            tar().dir("d/").file("d/new", "").file("d/.wh..wh..opq", "")),
        Image.of(
            "a file before and behind its own whiteout",
            tar().dir("./").file("a", "old").file("b", "old").dir("d/").file("d/old", ""),
            tar().file(".wh.a", "").file("a", "new").file(".wh.d", "").dir("d/").file("d/n", "")),
        Image.of(
            "files, directories and symbolic links for one another",
            tar()
                .dir("./")
                .dir("d1/")
                .file("d1/gone", "")
                .dir("d2/")
                .file("f1", "")
                .file("f2", "")
                .symlink("l1", "d1")
                .symlink("l2", "d2"),
            tar().file("d1", "1").symlink("d2", "f1").dir("f1/").file("f1/x", "in"),
            tar().symlink("f2", "f1").dir("l1/").file("l1/y", "in").file("l2", "file")),
        Image.of(
            "entries, links and whiteouts below symbolic links: usr-merge",
            tar()
                .dir("./")
                .dir("usr/")
                .dir("usr/bin/")
                .file("usr/bin/old", "old")
                .file("usr/bin/gone", "")
                .symlink("bin", "usr/bin")
                .symlink("sbin", "/bin"),
            tar()
                .file("bin/x", "1")
                .mode(04755)
                .dir("bin/d/")
                .file("bin/d/y", "2")
                .file("sbin/z", "3")
                .file("bin/old", "new")
                .file("bin/.wh.gone", "")
                .hardlink("link", "bin/x"),
            tar().dir("usr/").dir("usr/bin/")), // says a time again that the links changed
        Image.of(
            "hard links to what is replaced or removed later, and into lower layers",
            tar().dir("./").file("a", "old").mode(04711).hardlink("b", "a").hardlink("c", "b"),
            tar().file("a", "new").file("d", "2").hardlink("e", "d").hardlink("f", "e"),
            tar().file(".wh.d", "").dir("later/").mode(0700).hardlink("later/g", "f"),
            tar().file(".wh.e", "").file(".wh.f", "").hardlink("h", "later/g")));
  }

  @ParameterizedTest
  @MethodSource("images")
  void umoci_unpacks_the_merged_layer_as_it_does_the_layers(Image image)
      throws IOException, InterruptedException {
    Tree expected = byUmoci("several", image.layers());
    Tree found = byUmoci("one", List.of(merged(image.layers())));
    assertThat(found.paths()).hasSizeGreaterThan(2);
    found.shouldEqual(expected);
  }

  @ParameterizedTest
  @MethodSource("images")
  void podman_unpacks_the_merged_layer_as_it_does_the_layers(Image image)
      throws IOException, InterruptedException {
    Tree expected = byPodman("several", image.layers());
    byPodman("one", List.of(merged(image.layers()))).shouldEqual(expected);
  }

  @ParameterizedTest
  @MethodSource("images")
  void gnu_tar_extracts_from_the_merged_layer_what_umoci_unpacks_of_the_layers(Image image)
      throws IOException, InterruptedException {
    Needs.these("tar");
    Path file = Files.write(temp.resolve("merged.tar"), merged(image.layers()).bytes());
    Path tree = Files.createDirectory(temp.resolve("tree"));
    Command.run(
        "tar",
        "xpf",
        file,
        "-C",
        tree,
        "--numeric-owner",
        "--xattrs",
        "--xattrs-include=*",
        "--delay-directory-restore"); // what is in a directory need not stand right behind it
    Tree expected = byUmoci("several", image.layers()).withoutXattrs(NOT_SET_BY_UMOCI);
    Tree found = Tree.of(tree).withoutTimesSince(start).withoutXattrs(NOT_SET_BY_UMOCI);
    expected.line("").put("mtime", "unsaid"); // umoci leaves it as it comes
    found.line("").put("mtime", "unsaid");
    found.shouldEqual(expected);
  }

  @Test
  void python_reads_the_merged_layer_without_a_complaint()
      throws IOException, InterruptedException {
    for (Image image : images().toList()) {
      Path file = Files.write(temp.resolve("merged.tar"), merged(image.layers()).bytes());
      String lines = new String(Command.run("python3", Needs.script("tarlist.py"), file), UTF_8);
      assertThat(lines).isNotEmpty().doesNotContain(".wh.");
    }
  }

  private Tree byUmoci(String name, List<TarFixture> layers)
      throws IOException, InterruptedException {
    Path layout = layout(name, layers);
    return UnpackedImage.byUmoci(layout + ":latest", temp).withoutTimesSince(start);
  }

  private Tree byPodman(String name, List<TarFixture> layers)
      throws IOException, InterruptedException {
    Path layout = layout(name, layers);
    return UnpackedImage.byPodman("oci:" + layout + ":latest").withoutTimesSince(start);
  }

  private Path layout(String name, List<TarFixture> layers) throws IOException {
    Path layout = Files.createDirectories(temp.resolve(name));
    SourceImage.of(layers.stream().map(TestLayer::gzip).toArray(TestLayer[]::new)).write(layout);
    return layout;
  }

  private static TarFixture merged(List<TarFixture> layers) throws IOException {
    List<FixtureLayer> opened = layers.stream().map(FixtureLayer::new).toList();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new LayerFlattener(WriterOptions.defaults()).flatten(opened, out);
    return tar().raw(out.toByteArray()).withoutEnd();
  }

  private record FixtureLayer(TarFixture tar) implements LayerFlattener.Layer {
    @Override
    public String name() {
      return "a layer";
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(tar.gzip());
    }
  }
}
