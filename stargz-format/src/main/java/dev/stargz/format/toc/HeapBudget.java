package dev.stargz.format.toc;

import com.fasterxml.jackson.core.JsonParser;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.UnsupportedException;

/** Counts the heap that a TOC takes while it is read, so that none takes all there is. */
final class HeapBudget {
  private final long bound;
  private long spent;

  HeapBudget(long bound) {
    this.bound = bound;
  }

  /** The most characters that one text may have: several copies of it exist while it is read. */
  int maxText() {
    return (int) Math.max(1 << 16, Math.min(64 << 20, bound / 16));
  }

  /** Takes {@code bytes} of heap for what {@code json} has just read. */
  void spend(long bytes, JsonParser json) throws UnsupportedException {
    spent += bytes;
    if (spent > bound) {
      throw new UnsupportedException(
          "the TOC takes more than " + bound + " bytes of memory; give the JVM more (-Xmx)",
          Location.inToc(Math.max(0, json.currentLocation().getByteOffset())));
    }
  }
}
