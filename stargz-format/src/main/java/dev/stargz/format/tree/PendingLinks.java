package dev.stargz.format.tree;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.toc.TocEntryType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hard links of one layer whose target was not there yet. Each has a node of its own in the tree,
 * which is replaced once the layer is read, if there is a target then.
 */
final class PendingLinks {
  /**
   * A link.
   *
   * @param parent the directory it is in
   * @param part its name there
   * @param node what stands there for now
   * @param target the cleaned path it names
   */
  record Link(FileNode parent, EntryName part, FileNode node, EntryName target) {}

  private final Map<FileNode, Link> links = new LinkedHashMap<>();

  boolean contains(FileNode node) {
    return links.containsKey(node);
  }

  void add(Link link) {
    links.put(link.node(), link);
  }

  /** Puts what they lead to in the place of all links that lead to content; forgets the others. */
  void resolve(TreeBuilder tree) {
    for (Link link : List.copyOf(links.values())) {
      List<Link> followed = new ArrayList<>();
      FileNode end = follow(link.node(), followed, tree);
      if (end != null && !end.isDirectory() && end.type() != TocEntryType.HARDLINK) {
        followed.forEach(each -> replace(each, end));
      }
    }
  }

  /** Where a row of links ends. Each is taken out when it is passed: none is passed twice. */
  private @Nullable FileNode follow(FileNode start, List<Link> followed, TreeBuilder tree) {
    FileNode at = start;
    for (Link link = links.remove(at); link != null; link = at == null ? null : links.remove(at)) {
      followed.add(link);
      at = tree.find(link.target());
    }
    return at;
  }

  private static void replace(Link link, FileNode content) {
    Directory parent = link.parent().directory();
    if (parent != null && parent.children().get(link.part()) == link.node()) {
      parent.put(link.part(), content);
    }
  }
}
