package dev.stargz.format;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.toc.Toc;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.tree.FileNode;
import dev.stargz.format.tree.TreeComparison;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares the files that a TOC shows with those that it ought to show. Entries that are replaced
 * later, and the order of all, decide on that, too: a hard link leads to what its target is when it
 * comes, a path leads through symbolic links that are there by then.
 */
final class TreeDifferences implements TreeComparison.Visitor {
  /** Heap of an entry and its name in a tree, in bytes. */
  private static final long NODE_COST = 450;

  private static final String TREE = "file tree";

  private final Differences differences;
  private final VerifyBudget budget;
  private final TocComparison entries;

  TreeDifferences(Differences differences, VerifyBudget budget, TocComparison entries) {
    this.differences = differences;
    this.budget = budget;
    this.entries = entries;
  }

  /** Compares the trees of both, the entries not being in the same sequence. */
  void compare(Iterable<TocEntry> expected, List<TocEntry> found) throws IOException {
    Attempt ought = attempt(expected);
    Attempt is = attempt(found);
    if (ought.root() != null && is.root() != null) {
      differences.startPart(TREE);
      TreeComparison.compare(ought.root(), is.root(), this);
    } else if (ought.root() == null && is.root() == null) {
      // some readers may not mind: only the tar's order is sure to show the tar's files
      differences.add(null, "order of entries", "the tar's, as " + ought.failure(), "another");
    } else {
      differences.add(null, TREE, ought, is);
    }
  }

  /** A tree, or why there is none. */
  private record Attempt(@Nullable FileNode root, String failure) {
    @Override
    public String toString() {
      return root == null ? failure : "one that can be made";
    }
  }

  private Attempt attempt(Iterable<TocEntry> all) throws IOException {
    Location toc = Location.inToc(EntryName.of(Toc.ENTRY_NAME));
    List<TocEntry> kept = new ArrayList<>();
    for (TocEntry entry : all) {
      budget.spend(NODE_COST + 2L * entry.name().length(), toc);
      kept.add(entry);
    }
    try {
      return new Attempt(TreeComparison.tree(kept, budget.left()), "");
    } catch (StargzException e) {
      return new Attempt(null, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void node(EntryName path, @Nullable FileNode expected, @Nullable FileNode found) {
    if (differences.mention(path)) {
      return; // the entries of that name differ, too
    }
    Optional<TocEntry> ought = expected == null ? Optional.empty() : expected.entry();
    Optional<TocEntry> is = found == null ? Optional.empty() : found.entry();
    if (ought.isPresent() && is.isPresent()) {
      entries.compareFields(path, ought.get(), is.get());
    } else {
      differences.compare(path, "type", kind(expected), kind(found));
    }
  }

  private static String kind(@Nullable FileNode node) {
    if (node == null) {
      return "none";
    }
    return node.type().jsonName() + (node.entry().isPresent() ? "" : " (implied)");
  }

  @Override
  public void links(EntryName path, @Nullable EntryName expected, @Nullable EntryName found) {
    if (!differences.mention(path)) {
      differences.add(path, "hard link", named(expected), named(found));
    }
  }

  private static String named(@Nullable EntryName other) {
    return other == null ? "a file of its own" : "one file with '" + other + "'";
  }
}
