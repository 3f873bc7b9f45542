package dev.stargz.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.UnpackedLayers.Shown;
import dev.stargz.format.UnpackedLayers.Step;
import dev.stargz.format.UnpackedLayers.Unmergeable;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.toc.TocEntryType;
import dev.stargz.format.tree.FileNode;
import dev.stargz.format.tree.FileTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/**
 * Any layers, converted one by one and merged as trees, show what they unpack to one over the
 * other.
 *
 * <p>Layers that name a path twice are left out: a TOC keeps what a path is when its layer ends,
 * and can't say what a link of that layer found there before, in a lower one.
 */
class MergedTreeModelTest {
  @Provide
  Arbitrary<List<List<Step>>> layers() {
    return GeneratedLayers.layers().map(MergedTreeModelTest::withDistinctPaths);
  }

  private static List<List<Step>> withDistinctPaths(List<List<Step>> layers) {
    List<List<Step>> distinct = new ArrayList<>();
    for (List<Step> layer : layers) {
      Set<EntryName> paths = new HashSet<>();
      Set<EntryName> targets = new HashSet<>();
      List<Step> steps = new ArrayList<>();
      for (Step step : layer) {
        EntryName path = EntryName.of(step.name()).cleaned();
        boolean above = paths.stream().anyMatch(other -> other.text().startsWith(path + "/"));
        boolean replaces = above && step.type() != 'd';
        if (!replaces && !targets.contains(path.lastPart()) && paths.add(path)) {
          steps.add(step);
        }
        if (step.type() == 'h') {
          targets.add(EntryName.of(step.target()).lastPart());
        }
      }
      distinct.add(steps);
    }
    return distinct;
  }

  @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
  @StatisticsReport(StatisticsReportMode.OFF)
  void merged_trees_show_what_the_layers_unpack_to(@ForAll("layers") List<List<Step>> layers)
      throws IOException {
    Map<String, Shown> expected;
    try {
      expected = UnpackedLayers.of(layers).shown();
    } catch (Unmergeable e) {
      Statistics.collect("unmergeable");
      return;
    }
    List<StargzReader> readers = new ArrayList<>();
    try {
      for (List<Step> layer : layers) {
        readers.add(Blobs.convert(GeneratedLayers.tar(layer)).open());
      }
    } catch (StargzException e) {
      Statistics.collect("unconvertible"); // such as a whiteout below a file of its own layer
      return;
    }
    Statistics.collect("mergeable");
    Statistics.coverage(checker -> checker.check("mergeable").percentage(percent -> percent > 30));
    assertThat(shown(StargzReader.mergedTree(readers))).isEqualTo(expected);
  }

  private static Map<String, Shown> shown(FileTree tree) {
    Map<String, Shown> shown = new TreeMap<>();
    show("", tree.root(), shown);
    return shown;
  }

  private static void show(String path, FileNode directory, Map<String, Shown> shown) {
    directory
        .children()
        .forEach(
            (name, node) -> {
              String at = path + name.text();
              if (node.entry().isPresent()) {
                shown.put(at, new Shown(type(node), node.modTime(), node.linkTarget().text()));
              }
              show(at + "/", node, shown);
            });
  }

  private static char type(FileNode node) {
    return node.isDirectory() ? 'd' : node.isSymbolicLink() ? 'l' : type(node.type());
  }

  private static char type(TocEntryType type) {
    return type == TocEntryType.HARDLINK ? 'h' : 'f';
  }
}
