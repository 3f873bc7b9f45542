package dev.stargz.format.listing;

import dev.stargz.format.blob.EntryName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;

/**
 * Texts for paths that are no UTF-8, each unlike the text of every other path of the layer: {@link
 * EntryName#text()} part by part, with {@code ~2}, {@code ~3}... behind a part whose text a sibling
 * has. FORMAT.md, "Names that are no UTF-8".
 *
 * <p>What a path gets depends on the order in which paths are asked for.
 */
final class ReadableNames {
  private final NavigableMap<EntryName, ?> paths;
  private final Map<EntryName, String> given = new HashMap<>();
  private final Set<EntryName> taken = new HashSet<>();
  private final Map<EntryName, Integer> lastNumbers = new HashMap<>();

  /** Texts among {@code paths}, which are cleaned. */
  ReadableNames(NavigableMap<EntryName, ?> paths) {
    this.paths = paths;
  }

  /** The text of a cleaned path. */
  String of(EntryName path) {
    if (path.isUtf8()) {
      return path.text();
    }
    String known = given.get(path);
    if (known != null) {
      return known;
    }
    EntryName parent = path.parent().orElse(EntryName.ROOT);
    EntryName part = path.lastPart();
    String text = part.isUtf8() ? part.text() : unique(parent, part);
    String whole = parent.isEmpty() ? text : of(parent) + "/" + text;
    given.put(path, whole);
    return whole;
  }

  /** The text of a stored name: as its path, with the leading {@code ./} or last slash it has. */
  String ofStored(EntryName name, EntryName path) {
    if (name.isUtf8()) {
      return name.text();
    }
    String start = name.withoutDotSlash().equals(name) ? "" : "./";
    return start + of(path) + (name.endsWithSlash() ? "/" : "");
  }

  private String unique(EntryName parent, EntryName part) {
    String text = part.text();
    EntryName plain = parent.resolve(EntryName.of(text));
    int n = lastNumbers.getOrDefault(plain, 0);
    String candidate;
    do {
      n++;
      candidate = n == 1 ? text : text + "~" + n;
    } while (isTaken(parent.resolve(EntryName.of(candidate))));
    lastNumbers.put(plain, n); // those before it stay taken
    taken.add(parent.resolve(EntryName.of(candidate)));
    return candidate;
  }

  private boolean isTaken(EntryName path) {
    EntryName below = path.append('/');
    EntryName next = paths.ceilingKey(below);
    return paths.containsKey(path)
        || taken.contains(path)
        || (next != null && next.compareTo(path.append('0')) < 0);
  }
}
