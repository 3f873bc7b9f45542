package dev.stargz.format.tree;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.toc.TocEntry;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the directories that are missing on the way to an entry. */
final class MissingMaker implements PathWalk.Finder {
  private final TreeBuilder tree;
  private final TocEntry entry;
  private @Nullable StargzException failure;

  MissingMaker(TreeBuilder tree, TocEntry entry) {
    this.tree = tree;
    this.entry = entry;
  }

  @Override
  public @Nullable FileNode find(FileNode directory, EntryName name) {
    FileNode child = PathWalk.exactly(directory, name);
    if (child != null) {
      return child;
    }
    try {
      return tree.makeDirectory(directory, name, null, entry);
    } catch (StargzException e) {
      failure = e; // a null ends the walk
      return null;
    }
  }

  /** Why one could not be made, if one could not. */
  Optional<StargzException> failure() {
    return Optional.ofNullable(failure);
  }
}
