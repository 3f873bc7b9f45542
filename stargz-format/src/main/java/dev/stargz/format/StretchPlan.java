package dev.stargz.format;

import dev.stargz.format.gzip.Stretch;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a blob into stretches that begin where its TOC says that chunks do; the last one is the TOC
 * itself. Made while it is asked for. What a TOC says is believed here, and found out by whoever
 * goes by the plan.
 */
final class StretchPlan implements Iterator<Stretch> {
  /** Bytes of a blob that are worth another thread's while. */
  private static final long COMPRESSED = 1 << 20;

  private static final long UNCOMPRESSED = 4 << 20;

  /** Blocks of a tar around a payload: a header, extended attributes, padding. */
  private static final long HEADERS = 4 * 512;

  /** What a TOC's JSON packs to, in a rich case. */
  private static final long TOC_RATIO = 16;

  /** Sums of sizes that a hostile TOC claims don't overflow. */
  private static final long MOST = 1L << 38;

  private final Iterator<TocEntry> entries;
  private final long tocOffset;
  private final long size;
  private @Nullable TocEntry first;
  private long start;
  private long lastOffset = -1;
  private long fileSize;

  /**
   * Makes a plan.
   *
   * @param entries of the TOC, checked as those of an open reader are
   * @param tocOffset where the TOC's member starts
   * @param size of the blob
   */
  StretchPlan(List<TocEntry> entries, long tocOffset, long size) {
    this.entries = entries.iterator();
    this.tocOffset = tocOffset;
    this.size = size;
  }

  @Override
  public boolean hasNext() {
    return start < size;
  }

  @Override
  public Stretch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Stretch stretch = start < tocOffset ? ofEntries() : ofToc();
    start = stretch.end();
    return stretch;
  }

  private Stretch ofToc() {
    return new Stretch(start, size, Math.min(MOST, TOC_RATIO * (size - start)), List.of());
  }

  private Stretch ofEntries() {
    List<Stretch.Part> parts = new ArrayList<>();
    long estimate = first == null ? 0 : take(first, parts);
    first = null;
    while (entries.hasNext() && first == null) {
      TocEntry entry = entries.next();
      if (entry.type() == TocEntryType.REGULAR) {
        fileSize = entry.size();
      }
      boolean enough = entry.offset() - start >= COMPRESSED || estimate >= UNCOMPRESSED;
      if (enough && beginsMember(entry) && entry.offset() > start) {
        first = entry;
      } else {
        estimate = Math.min(MOST, estimate + take(entry, parts));
      }
    }
    return new Stretch(start, first == null ? tocOffset : first.offset(), estimate, parts);
  }

  /** Whether an entry's content begins a member behind those that were taken. */
  private boolean beginsMember(TocEntry entry) {
    return entry.hasContent() && entry.offset() > lastOffset;
  }

  /** Takes an entry into the stretch; returns how many bytes of the tar it stands for. */
  private long take(TocEntry entry, List<Stretch.Part> parts) {
    if (!entry.hasContent()) {
      return HEADERS;
    }
    long chunk = entry.chunkSize() > 0 ? entry.chunkSize() : fileSize - entry.chunkOffset();
    if (beginsMember(entry)) {
      lastOffset = entry.offset();
      if (entry.innerOffset() == 0) {
        parts.add(new Stretch.Part(entry.offset(), chunk));
      }
    }
    return HEADERS + Math.max(0, Math.min(MOST, chunk));
  }
}
