package dev.stargz.extract;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Counts what files go without. Safe for many threads. */
final class LeftOuts {
  private final Map<LeftOut.Kind, LeftOut> counts = new EnumMap<>(LeftOut.Kind.class);

  /** Counts one more; what it is is asked for the first alone. */
  synchronized void add(LeftOut.Kind kind, Supplier<String> what) {
    LeftOut before = counts.get(kind);
    counts.put(
        kind,
        before == null
            ? new LeftOut(kind, 1, what.get())
            : new LeftOut(kind, before.count() + 1, before.first()));
  }

  /** Those that there are, each with its count. */
  synchronized List<LeftOut> all() {
    return new ArrayList<>(counts.values());
  }
}
