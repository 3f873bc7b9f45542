package dev.stargz.image;

import java.util.ArrayList;
import java.util.List;

/** Walks over nodes. */
final class Nodes {
  private Nodes() {}

  /** All images at and below a node, in their order. */
  static List<Node.Image> images(Node root) {
    List<Node.Image> images = new ArrayList<>();
    collect(root, images);
    return images;
  }

  private static void collect(Node node, List<Node.Image> images) {
    if (node instanceof Node.Image image) {
      images.add(image);
    } else if (node instanceof Node.Index index) {
      index.children().forEach(child -> child.node().ifPresent(below -> collect(below, images)));
    }
  }
}
