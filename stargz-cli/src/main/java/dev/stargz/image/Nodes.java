package dev.stargz.image;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Walks over nodes. */
final class Nodes {
  private Nodes() {}

  /** All images at and below a node, in their order. */
  static List<Node.Image> images(Node root) {
    List<Node.Image> images = new ArrayList<>();
    for (Node node : leaves(root, child -> true)) {
      if (node instanceof Node.Image image) {
        images.add(image);
      }
    }
    return images;
  }

  /** The manifests at and below a node that are neither indexes nor attestations. */
  static List<RawManifest> manifests(Node root) {
    return leaves(root, child -> !child.isAttestation()).stream().map(Node::raw).toList();
  }

  private static List<Node> leaves(Node root, Predicate<Node.Child> among) {
    List<Node> leaves = new ArrayList<>();
    collect(root, among, leaves);
    return leaves;
  }

  private static void collect(Node node, Predicate<Node.Child> among, List<Node> leaves) {
    if (node instanceof Node.Index index) {
      index.children().stream()
          .filter(among)
          .forEach(child -> child.node().ifPresent(below -> collect(below, among, leaves)));
    } else {
      leaves.add(node);
    }
  }
}
