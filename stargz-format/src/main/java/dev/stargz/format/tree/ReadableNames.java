package dev.stargz.format.tree;

import dev.stargz.format.blob.EntryName;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is shown of the names in a directory: each a text of its own, whatever its bytes. FORMAT.md,
 * "Names that are no UTF-8".
 */
final class ReadableNames {
  private static final String ESCAPE = "\\x";

  private ReadableNames() {}

  /** The names of a directory by what is shown of them: its UTF-8 names first. */
  static Map<String, EntryName> of(FileNode directory) {
    Collection<EntryName> names = directory.children().keySet();
    Map<String, EntryName> shown = new LinkedHashMap<>();
    Map<String, Integer> numbers = new HashMap<>();
    names.stream().filter(EntryName::isUtf8).forEach(name -> shown.put(name.text(), name));
    names.stream()
        .filter(name -> !name.isUtf8())
        .forEach(name -> shown.put(unique(name.text(), shown, numbers), name));
    return shown;
  }

  private static String unique(
      String text, Map<String, EntryName> taken, Map<String, Integer> numbers) {
    String unique;
    do {
      int number = numbers.merge(text, 1, Integer::sum); // those before it stay taken
      unique = number == 1 ? text : text + "~" + number;
    } while (taken.containsKey(unique));
    return unique;
  }

  /** The child of that name; if there is none, the one that is shown so. */
  static @Nullable FileNode find(FileNode directory, EntryName name) {
    FileNode exact = PathWalk.exactly(directory, name);
    if (exact != null || !name.isUtf8() || !name.text().contains(ESCAPE)) {
      return exact;
    }
    EntryName shown = of(directory).get(name.text());
    return shown == null ? null : PathWalk.exactly(directory, shown);
  }
}
