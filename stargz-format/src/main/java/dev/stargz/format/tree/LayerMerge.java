package dev.stargz.format.tree;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.LayerName;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.toc.Landmark;
import dev.stargz.format.toc.Toc;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts layers over one another, entry by entry. Removals concern what lower layers have, wherever
 * they stand in their own. OCI image spec, "Image Layer Filesystem Changeset".
 */
final class LayerMerge {
  private final TreeBuilder tree;
  private int layers;

  // of the layer that is being put
  private OwnNames own = new OwnNames();
  private final Set<FileNode> swept = new HashSet<>();
  private final Set<EntryName> scratch = new LinkedHashSet<>();

  LayerMerge(TreeBuilder tree) {
    this.tree = tree;
  }

  /** Puts the next layer over those before. */
  void add(Toc toc) throws StargzException {
    int number = layers++;
    own = new OwnNames();
    swept.clear();
    scratch.clear();
    tree.startLayer(number, own);
    try {
      for (TocEntry entry : toc.entries()) {
        if (entry.type() != TocEntryType.CHUNK) {
          take(entry);
        }
      }
      tree.endLayer();
    } catch (StargzException e) {
      throw e.inLayer(String.valueOf(number));
    }
    for (EntryName name : scratch) {
      tree.remove(tree.root(), name);
    }
  }

  private void take(TocEntry entry) throws StargzException {
    LayerName name = LayerName.of(entry.name(), entry.location());
    switch (name.kind()) {
      case ENTRY, SCRATCH -> put(entry, name);
      case WHITEOUT -> remove(name.path());
      case OPAQUE -> empty(name.path());
      case IGNORED, BELOW_WHITEOUT -> {}
    }
  }

  /** Puts an entry; of the format's own and AUFS's, whose links may stay, notes what is to go. */
  private void put(TocEntry entry, LayerName name) throws StargzException {
    if (name.kind() == LayerName.Kind.SCRATCH || Landmark.isReserved(name.path())) {
      EntryName inRoot = new PathParts(name.path()).next();
      if (inRoot != null) {
        scratch.add(inRoot);
      }
    }
    tree.put(entry);
  }

  private void remove(EntryName path) {
    FileNode parent = tree.findDirectory(path.parent().orElse(EntryName.ROOT));
    if (parent != null) {
      removeLower(parent, path.lastPart());
    }
  }

  private void empty(EntryName path) {
    FileNode directory = tree.find(path); // a symbolic link to one is none
    if (directory != null && directory.isDirectory()) {
      sweep(directory);
    }
  }

  /** Removes what lower layers have in a directory; each is gone through once a layer. */
  private void sweep(FileNode directory) {
    if (swept.add(directory)) {
      for (EntryName name : List.copyOf(directory.children().keySet())) {
        removeLower(directory, name);
      }
    }
  }

  private void removeLower(FileNode parent, EntryName part) {
    FileNode node = PathWalk.exactly(parent, part);
    if (node == null) {
      return;
    }
    if (node.isDirectory()) {
      sweep(node);
    }
    if (own.contains(parent, part)) {
      return;
    }
    if (node.children().isEmpty()) {
      tree.remove(parent, part);
    } else {
      tree.forgetEntry(node); // a lower layer's, but something of this one is in it
    }
  }
}
