package dev.stargz.format;

import dev.stargz.format.VerifyReport.Difference;
import dev.stargz.format.blob.EntryName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects differences: the first hundred, and how many more there were. */
final class Differences {
  private static final int MAX_KEPT = 100;

  private final List<Difference> kept = new ArrayList<>();
  private final Set<EntryName> paths = new HashSet<>();
  private String part = "";
  private long more;

  /** From here on, differences are in a part of that name. */
  void startPart(String name) {
    part = name + ": ";
  }

  void add(@Nullable EntryName entry, String what, Object expected, Object found) {
    if (kept.size() < MAX_KEPT) {
      kept.add(
          new Difference(
              Optional.ofNullable(entry),
              part + what,
              String.valueOf(expected),
              String.valueOf(found)));
      if (entry != null) {
        paths.add(entry.cleaned());
      }
    } else {
      more++;
    }
  }

  /** Adds a difference if the two aren't equal. */
  void compare(EntryName entry, String what, @Nullable Object expected, @Nullable Object found) {
    if (!Objects.equals(expected, found)) {
      add(entry, what, String.valueOf(expected), String.valueOf(found));
    }
  }

  /** Whether one of those that are kept is about what is at a cleaned path. */
  boolean mention(EntryName path) {
    return paths.contains(path);
  }

  List<Difference> all() {
    return List.copyOf(kept);
  }

  long more() {
    return more;
  }
}
