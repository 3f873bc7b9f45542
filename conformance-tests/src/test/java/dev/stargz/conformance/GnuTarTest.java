package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * GNU tar takes a blob for an ordinary {@code .tar.gz}: what it lists and extracts is what it lists
 * and extracts of the source, but for the landmark in front and the TOC behind.
 */
class GnuTarTest {
  @TempDir Path temp;

  @BeforeEach
  void needsTar() {
    Needs.these("tar", "gzip");
  }

  /** Some directories that were extracted let nobody but root write. */
  @AfterEach
  void removeTrees() throws IOException, InterruptedException {
    Command.run("rm", "-rf", temp.resolve("source"), temp.resolve("blob"));
  }

  @ParameterizedTest
  @EnumSource(Layer.class)
  void lists_the_source_s_entries_between_landmark_and_toc(Layer layer)
      throws IOException, InterruptedException {
    List<String> source = list(layer.file());
    List<String> blob = list(Converted.of(layer, Converted.DEFAULT_CHUNKS).file());
    int last = blob.size() - 1;
    assertThat(source).hasSizeGreaterThan(40);
    assertThat(blob.get(0)).endsWith(" .no.prefetch.landmark").startsWith("---------- 0/0");
    assertThat(blob.get(last)).endsWith(" stargz.index.json").startsWith("---------- 0/0");
    assertThat(blob.subList(1, last).equals(source)).as("the lists are equal").isTrue();
  }

  private static List<String> list(Path tar) throws IOException, InterruptedException {
    byte[] lines = Command.run("tar", "tvf", tar, "--numeric-owner", "--full-time");
    return new String(lines, ISO_8859_1).lines().toList();
  }

  @ParameterizedTest
  @EnumSource(Layer.class)
  void extracts_the_same_tree_as_from_the_source(Layer layer)
      throws IOException, InterruptedException {
    Needs.root();
    Path script = Needs.script("treelist.py");
    Path source = extract(layer.file(), "source");
    Path blob = extract(Converted.of(layer, Converted.DEFAULT_CHUNKS).file(), "blob");
    Files.delete(blob.resolve(".no.prefetch.landmark"));
    Files.delete(blob.resolve("stargz.index.json"));
    // extracting made the root's time, and deleting from it, where the layer has no entry for it
    Command.run("touch", "-d", "@0", source, blob);
    List<String> expected = treeOf(script, source);
    assertThat(expected).hasSizeGreaterThan(40);
    List<String> found = treeOf(script, blob);
    assertThat(differences(expected, found)).isEmpty();
  }

  private Path extract(Path tar, String name) throws IOException, InterruptedException {
    Path tree = Files.createDirectory(temp.resolve(name));
    Command.run("tar", "xpf", tar, "-C", tree, "--numeric-owner", "--xattrs", "--xattrs-include=*");
    return tree;
  }

  private static List<String> treeOf(Path script, Path tree)
      throws IOException, InterruptedException {
    return new String(Command.run("python3", script, tree), ISO_8859_1).lines().toList();
  }

  private static List<String> differences(List<String> expected, List<String> found) {
    List<String> all = new ArrayList<>(found);
    all.removeAll(new HashSet<>(expected));
    if (all.isEmpty() && expected.size() != found.size()) {
      all.add(expected.size() + " lines expected, found " + found.size());
    }
    return all;
  }
}
