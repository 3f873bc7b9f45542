package dev.stargz.format;

import dev.stargz.format.WriterOptions.Missing;
import dev.stargz.format.WriterWarning.Kind;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.tar.EntryKind;
import dev.stargz.format.tar.TarEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of a layer go first, so that a reader can prefetch them: the prioritized ones, each
 * behind its ancestors and its hard link's target. What would be unpacked in another way from its
 * new place stays. FORMAT.md, "Order of files".
 */
final class EntryOrder {
  private static final int MAX_LISTED = 10;

  private final List<TarEntry> entries;
  private final Warnings warnings;
  private final NavigableMap<EntryName, Integer> byPath = new TreeMap<>();
  private final Set<EntryName> repeated = new HashSet<>();
  private final Set<EntryName> linkedBefore = new HashSet<>();
  private final Set<Integer> first = new LinkedHashSet<>();

  /** Looks at the entries of a layer in their order. */
  EntryOrder(List<TarEntry> entries, Warnings warnings) {
    this.entries = entries;
    this.warnings = warnings;
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).kind() != EntryKind.GLOBAL_RECORDS) {
        add(entries.get(i), i);
      }
    }
  }

  private void add(TarEntry entry, int index) {
    EntryName path = entry.name().cleaned();
    if (byPath.put(path, index) != null) {
      repeated.add(path);
    }
    if (entry.kind() == EntryKind.HARDLINK) {
      EntryName target = entry.linkName().cleaned();
      if (!byPath.containsKey(target)) {
        linkedBefore.add(target);
      }
    }
  }

  /**
   * The indices of the entries that go first, in their new order.
   *
   * @throws UnsupportedException if a file is missing and that is an error, or if global PAX
   *     records would have to be moved against the entries that they are for
   */
  Set<Integer> prioritize(List<EntryName> files, Missing missing) throws UnsupportedException {
    List<EntryName> absent = new ArrayList<>();
    for (EntryName file : files) {
      EntryName path = file.cleaned();
      if (!byPath.containsKey(path)) {
        absent.add(file);
        continue;
      }
      Optional<String> obstacle = obstacle(path, new HashSet<>());
      if (obstacle.isPresent()) {
        warnings.add(
            Kind.PRIORITIZED_NOT_MOVED,
            file,
            "prioritized file '" + file + "' stays where it is: " + obstacle.get());
      } else {
        move(path);
      }
    }
    report(absent, missing);
    if (!first.isEmpty()) {
      refuseGlobalRecords();
    }
    return first;
  }

  /** Why a path can't be moved to the front, if it can't. */
  private Optional<String> obstacle(EntryName path, Set<EntryName> seen) {
    if (repeated.contains(path)) {
      return Optional.of("'" + path + "' occurs more than once in the layer");
    }
    TarEntry entry = entry(path);
    if (entry == null || !seen.add(path)) {
      return Optional.of("the target of a hard link, '" + path + "', is not in the layer");
    }
    if (linkedBefore.contains(path)) {
      return Optional.of("a hard link to '" + path + "' stands before it");
    }
    if (entry.kind() != EntryKind.DIRECTORY && hasEntriesBelow(path)) {
      return Optional.of("'" + path + "' replaces a directory");
    }
    for (EntryName above : ancestors(path)) {
      TarEntry ancestor = entry(above);
      if (ancestor != null && ancestor.kind() != EntryKind.DIRECTORY) {
        return Optional.of("'" + above + "' above it is not a directory");
      }
      if (repeated.contains(above)) {
        return Optional.of("'" + above + "' above it occurs more than once in the layer");
      }
    }
    return entry.kind() == EntryKind.HARDLINK
        ? obstacle(entry.linkName().cleaned(), seen)
        : Optional.empty();
  }

  private void move(EntryName path) {
    TarEntry entry = entry(path);
    Integer index = byPath.get(path);
    if (entry == null || index == null) {
      return; // an ancestor without an entry
    }
    ancestors(path).forEach(this::move);
    if (entry.kind() == EntryKind.HARDLINK) {
      move(entry.linkName().cleaned());
    }
    first.add(index);
  }

  private @Nullable TarEntry entry(EntryName path) {
    Integer index = byPath.get(path);
    return index == null ? null : entries.get(index);
  }

  private boolean hasEntriesBelow(EntryName path) {
    return !byPath.subMap(path.append('/'), path.append('0')).isEmpty();
  }

  /** The directories above a path, the root first. */
  private static List<EntryName> ancestors(EntryName path) {
    List<EntryName> ancestors = new ArrayList<>();
    Optional<EntryName> above = path.parent();
    while (above.isPresent()) {
      ancestors.add(0, above.get());
      above = above.get().parent();
    }
    return ancestors;
  }

  private void report(List<EntryName> absent, Missing missing) throws UnsupportedException {
    if (missing == Missing.ERROR && !absent.isEmpty()) {
      String listed =
          absent.stream().limit(MAX_LISTED).map(name -> "'" + name + "'").toList().toString();
      throw new UnsupportedException(
          absent.size() + " prioritized files are not in the layer, such as " + listed,
          new Location("the tar", Optional.of(absent.get(0)), OptionalLong.empty()));
    }
    for (EntryName file : absent) {
      warnings.add(
          Kind.PRIORITIZED_MISSING, file, "prioritized file '" + file + "' is not in the layer");
    }
  }

  private void refuseGlobalRecords() throws UnsupportedException {
    for (TarEntry entry : entries) {
      if (entry.kind() == EntryKind.GLOBAL_RECORDS && !entry.extras().commentOnly()) {
        throw new UnsupportedException(
            "global PAX records are for the entries behind them, so that files can't be prioritized"
                + " in this layer",
            entry.location());
      }
    }
  }
}
