package dev.stargz.format.tree;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.LayerName;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.toc.Landmark;
import dev.stargz.format.toc.Toc;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows one layer as overlayfs wants a layer: what it removes is a character device 0:0 of the name
 * removed, a directory that hides what lower layers have in it has an attribute that says so.
 * Linux, Documentation/filesystems/overlayfs, "whiteouts and opaque directories".
 */
final class OverlayView {
  private final TreeBuilder tree;
  private final OverlayXattr xattr;

  OverlayView(TreeBuilder tree, OverlayXattr xattr) {
    this.tree = tree;
    this.xattr = xattr;
  }

  /** Puts a layer into the tree. */
  void put(Toc toc) throws StargzException {
    List<TocEntry> removals = new ArrayList<>();
    for (TocEntry entry : toc.entries()) {
      if (entry.type() != TocEntryType.CHUNK && !Landmark.isReserved(entry.name().cleaned())) {
        switch (LayerName.of(entry.name(), entry.location()).kind()) {
          case ENTRY -> tree.put(entry);
          case WHITEOUT, OPAQUE -> removals.add(entry);
          default -> {}
        }
      }
    }
    tree.endLayer();
    for (TocEntry removal : removals) {
      LayerName name = LayerName.of(removal.name(), removal.location());
      if (name.kind() == LayerName.Kind.OPAQUE) {
        makeOpaque(tree.directoryAt(name.path(), removal));
      } else {
        putWhiteout(name.path(), removal);
      }
    }
  }

  private void makeOpaque(FileNode node) {
    Directory directory = node.directory();
    if (directory != null) {
      directory.opaque = xattr;
    }
  }

  /** A file of the removed name in the same layer hides the lower one; a directory must be told. */
  private void putWhiteout(EntryName path, TocEntry removal) throws StargzException {
    FileNode own = tree.find(path);
    if (own == null) {
      TocEntry device =
          new TocEntry.Builder(path, TocEntryType.CHARACTER_DEVICE)
              .modTime(removal.modTime())
              .build();
      tree.put(device);
    } else if (own.isDirectory()) {
      makeOpaque(own);
    }
  }
}
