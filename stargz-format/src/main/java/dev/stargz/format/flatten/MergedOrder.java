package dev.stargz.format.flatten;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * In which order the paths of a merged tree are written: each where the entry stood that brought
 * it, a directory where its first entry stood. Content stands where its payload is read, under its
 * own path or, if that is gone, under the first link to it; the other links stand at their own
 * places, but not before the content.
 */
public final class MergedOrder {
  private MergedOrder() {}

  /** All paths that have entries; sets the {@link MergedNode#place()} of each. */
  public static List<MergedNode> of(MergedTree tree) {
    List<MergedNode> nodes = new ArrayList<>();
    Deque<MergedNode> left = new ArrayDeque<>(List.of(tree.root()));
    while (!left.isEmpty()) {
      MergedNode node = left.removeLast();
      left.addAll(node.children.values());
      if (node.content != null) {
        node.content.resolved().addName(node);
        nodes.add(node);
      } else if (node.hasHeader()) {
        nodes.add(node);
      }
    }
    for (MergedNode node : nodes) {
      node.place = place(node);
    }
    nodes.sort(
        Comparator.comparingLong(MergedNode::place)
            .thenComparing(node -> node.first() != node)
            .thenComparingLong(MergedNode::sequence));
    return nodes;
  }

  private static long place(MergedNode node) {
    if (node.content == null) {
      return node.sequence;
    }
    long content = node.content.resolved().sequence();
    return node.first() == node ? content : Math.max(content, node.sequence);
  }
}
