package dev.stargz.format;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.toc.Toc;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** From the paths that a TOC names, word for word, to its entries. */
final class PathIndex {
  private final Map<EntryName, TocEntry> byPath = new HashMap<>();
  private final Set<EntryName> deadLinks = new HashSet<>();

  private PathIndex() {}

  static PathIndex of(Toc toc) {
    PathIndex index = new PathIndex();
    for (TocEntry entry : toc.entries()) {
      if (entry.type() != TocEntryType.CHUNK) {
        index.byPath.put(entry.name().cleaned(), entry);
      }
    }
    index.followLinks();
    return index;
  }

  /** Puts what they lead to in the place of all hard links that lead somewhere. */
  private void followLinks() {
    for (EntryName path : List.copyOf(byPath.keySet())) {
      Set<EntryName> followed = new LinkedHashSet<>();
      EntryName at = path;
      TocEntry entry = byPath.get(at);
      while (entry != null && entry.type() == TocEntryType.HARDLINK && followed.add(at)) {
        at = entry.linkName().cleaned();
        entry = deadLinks.contains(at) ? null : byPath.get(at);
      }
      if (entry == null || entry.type() == TocEntryType.HARDLINK) {
        deadLinks.addAll(followed);
      } else {
        for (EntryName link : followed) {
          byPath.put(link, entry);
        }
      }
    }
  }

  /** The entry at a cleaned path, a hard link's content in place of the link. */
  Optional<TocEntry> find(EntryName path) throws CorruptException {
    TocEntry entry = byPath.get(path);
    if (entry != null && entry.type() == TocEntryType.HARDLINK) {
      throw new CorruptException(
          "a hard link to '" + entry.linkName() + "', which leads to no content", entry.location());
    }
    return Optional.ofNullable(entry);
  }
}
