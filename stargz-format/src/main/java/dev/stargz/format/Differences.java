package dev.stargz.format;

import dev.stargz.format.VerifyReport.Difference;
import dev.stargz.format.blob.EntryName;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects differences: the first hundred, and how many more there were. */
final class Differences {
  private static final int MAX_KEPT = 100;

  private final List<Difference> kept = new ArrayList<>();
  private long more;

  void add(@Nullable EntryName entry, String what, Object expected, Object found) {
    if (kept.size() < MAX_KEPT) {
      kept.add(
          new Difference(
              Optional.ofNullable(entry), what, String.valueOf(expected), String.valueOf(found)));
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

  List<Difference> all() {
    return List.copyOf(kept);
  }

  long more() {
    return more;
  }
}
