package dev.stargz.format.toc;

import com.fasterxml.jackson.core.JsonParser;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.UnsupportedException;

/** Counts the heap that one TOC takes while it is read, out of what there is for several. */
final class HeapBudget {
  private final TocBudget all;
  private long spent;

  HeapBudget(TocBudget all) {
    this.all = all;
  }

  /** The most characters that one text may have: several copies of it exist while it is read. */
  int maxText() {
    return (int) Math.max(1 << 16, Math.min(64 << 20, all.bound() / 16));
  }

  /** Takes {@code bytes} of heap for what {@code json} has just read. */
  void spend(long bytes, JsonParser json) throws UnsupportedException {
    spent += bytes;
    if (!all.take(bytes)) {
      throw new UnsupportedException(
          "the TOC takes more than "
              + all.bound()
              + " bytes of memory"
              + (spent > all.bound() ? "" : ", with those of other layers")
              + "; give the JVM more (-Xmx)",
          Location.inToc(Math.max(0, json.currentLocation().getByteOffset())));
    }
  }

  /** Gives all of it back: the TOC isn't kept. */
  void giveBack() {
    all.giveBack(spent);
    spent = 0;
  }
}
