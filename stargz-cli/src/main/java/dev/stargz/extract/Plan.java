package dev.stargz.extract;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.toc.Landmark;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.tree.FileNode;
import dev.stargz.format.tree.FileTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is to be made, by kind. Of a file with several names the first one that is met carries the
 * content, the others become links to it. Memory: some 40 bytes a file, 150 a directory.
 */
final class Plan {
  private static final Comparator<Item> BLOB_ORDER =
      Comparator.<Item>comparingInt(item -> item.node().layer())
          .thenComparingLong(item -> item.node().entry().map(TocEntry::offset).orElse(0L))
          .thenComparingLong(item -> item.node().entry().map(TocEntry::innerOffset).orElse(0L));

  /** A further name of a file, and the name that is made before it. */
  record Link(Item item, Item first) {}

  private final Place root;
  private final Map<FileNode, Place> places = new HashMap<>();
  private final Map<FileNode, Item> firstNames = new HashMap<>();
  private final List<Place> directories = new ArrayList<>();
  private final List<Item> files = new ArrayList<>();
  private final List<Item> others = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final List<Item> withoutContent = new ArrayList<>();

  private Plan(FileTree tree) {
    root = Place.root(tree.root());
    places.put(tree.root(), root);
  }

  /**
   * Plans what is to be extracted.
   *
   * @param paths of files and directories; none for all
   * @throws ExtractException if one isn't there
   */
  static Plan of(FileTree tree, List<String> paths) throws ExtractException {
    Plan plan = new Plan(tree);
    if (paths.isEmpty()) {
      plan.addAll(plan.root);
    }
    for (String path : paths) {
      new PathSelection(tree, plan, path).add();
    }
    plan.files.sort(BLOB_ORDER); // who reads a blob from its start to its end reads it best
    return plan;
  }

  /** The directory that all goes into. */
  Place root() {
    return root;
  }

  /** Directories below the root, each behind the one it is in. */
  List<Place> directories() {
    return directories;
  }

  /** Regular files, in the order of their content in the blobs. */
  List<Item> files() {
    return files;
  }

  /** Symbolic links, devices and pipes. */
  List<Item> others() {
    return others;
  }

  /** Further names of all of these. */
  List<Link> links() {
    return links;
  }

  /** Hard links to what the tree doesn't have. */
  List<Item> withoutContent() {
    return withoutContent;
  }

  /** The bytes of all files. */
  long bytes() {
    return files.stream().mapToLong(file -> file.node().size()).sum();
  }

  /** Adds a directory, and nothing in it. */
  Place addDirectory(Place parent, EntryName name, FileNode node) {
    Place known = places.get(node);
    if (known != null) {
      return known;
    }
    Place place = Place.in(parent, name, node);
    places.put(node, place);
    directories.add(place);
    return place;
  }

  /** Adds what a name stands for, of a directory all that is in it. */
  void add(Place parent, EntryName name, FileNode node) {
    if (node.isDirectory()) {
      addAll(addDirectory(parent, name, node));
    } else if (parent.take(name)) {
      addFile(new Item(parent, name, node));
    }
  }

  /** Adds all that is in a directory. */
  void addAll(Place directory) {
    Deque<Place> left = new ArrayDeque<>();
    left.push(directory);
    while (!left.isEmpty()) {
      Place at = left.pop();
      if (at.takeAll()) {
        for (Map.Entry<EntryName, FileNode> child : at.node().children().entrySet()) {
          addChild(at, child.getKey(), child.getValue(), left);
        }
      }
    }
  }

  private void addChild(Place parent, EntryName name, FileNode node, Deque<Place> left) {
    if (node.isDirectory()) {
      left.push(addDirectory(parent, name, node));
    } else if (!parent.isTaken(name) && !isReserved(parent, name)) {
      addFile(new Item(parent, name, node));
    }
  }

  /** Whether it is the format's own, and no file of the image. */
  boolean isReserved(Place parent, EntryName name) {
    return parent == root && Landmark.isReserved(name);
  }

  private void addFile(Item item) {
    FileNode node = item.node();
    Item first = node.linkCount() > 1 ? firstNames.putIfAbsent(node, item) : null;
    if (first != null) {
      links.add(new Link(item, first));
      return;
    }
    switch (node.type()) {
      case REGULAR -> files.add(item);
      case SYMLINK, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> others.add(item);
      default -> withoutContent.add(item);
    }
  }
}
