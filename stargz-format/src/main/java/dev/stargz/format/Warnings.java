package dev.stargz.format;

import dev.stargz.format.WriterWarning.Kind;
import dev.stargz.format.blob.EntryName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects warnings: the first thousand, and how many more there were. */
final class Warnings {
  private static final int MAX_KEPT = 1000;

  private final List<WriterWarning> kept = new ArrayList<>();
  private long more;

  void add(Kind kind, @Nullable EntryName entry, String message) {
    if (kept.size() < MAX_KEPT) {
      kept.add(WriterWarning.of(kind, entry, message));
    } else {
      more++;
    }
  }

  List<WriterWarning> all() {
    List<WriterWarning> all = new ArrayList<>(kept);
    if (more > 0) {
      all.add(WriterWarning.of(Kind.MORE, null, more + " more warnings"));
    }
    return List.copyOf(all);
  }
}
