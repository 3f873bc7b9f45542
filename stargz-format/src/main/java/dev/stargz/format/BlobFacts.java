package dev.stargz.format;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.toc.Landmark;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * What a blob's footer and TOC tell of it, without another byte being read. The TOC is believed:
 * {@link StargzVerifier} finds out whether it may be.
 *
 * @param footer the form of its footer
 * @param size of the blob in bytes
 * @param tocOffset where the TOC's member starts, in bytes
 * @param tocSize from there to the footer, in bytes
 * @param tocJsonSize of the TOC decompressed, in bytes
 * @param footerSize in bytes
 * @param entries how many entries there are of each type, chunks behind a file's first one too;
 *     types without any are left out
 * @param contents how many files aren't empty
 * @param contentSize of all files together, in bytes; a file with several names counts once
 * @param members how many gzip members the TOC knows of: one for each place that it points to, one
 *     before the first of these, and its own
 * @param landmark what it says of prefetching, {@link Landmark#NO_PREFETCH} if it has both; none in
 *     blobs of 2019
 * @param prefetch what lies before {@link Landmark#PREFETCH}, if that is its landmark
 * @param largest files, the largest first
 */
public record BlobFacts(
    FooterForm footer,
    long size,
    long tocOffset,
    long tocSize,
    long tocJsonSize,
    int footerSize,
    Map<TocEntryType, Integer> entries,
    int contents,
    long contentSize,
    int members,
    Optional<Landmark> landmark,
    Prefetch prefetch,
    List<LargeFile> largest) {

  /** Bytes of a gzip member's header (10) and trailer (8). RFC 1952, 2.3. */
  public static final int MEMBER_FRAME = 18;

  /**
   * What a reader fetches before it is asked for anything.
   *
   * @param size in bytes, from the blob's start
   * @param files how many files that aren't empty lie there
   */
  public record Prefetch(long size, int files) {
    /** Nothing. */
    static final Prefetch NONE = new Prefetch(0, 0);
  }

  /**
   * A file that takes up space.
   *
   * @param name as the TOC has it
   * @param size in bytes, not compressed
   * @param chunks how many it is cut into
   */
  public record LargeFile(EntryName name, long size, int chunks) {
    /** The largest first, those of one size by name. */
    static final Comparator<LargeFile> ORDER =
        Comparator.comparingLong(LargeFile::size).reversed().thenComparing(LargeFile::name);
  }

  /**
   * Looks at the TOC of an open blob.
   *
   * @param reader stays open
   * @param largest how many of the largest files to name
   */
  public static BlobFacts of(StargzReader reader, int largest) {
    Counts counts = new Counts(reader, largest);
    reader.toc().entries().forEach(counts::add);
    return counts.facts();
  }

  /** How many entries of a type there are. */
  public int count(TocEntryType type) {
    return entries.getOrDefault(type, 0);
  }

  /** How many entries there are in all, chunks behind a file's first one not counted. */
  public int entryCount() {
    return entries.values().stream().mapToInt(Integer::intValue).sum() - count(TocEntryType.CHUNK);
  }

  /** How many chunks there are: one for each file that isn't empty, and the further ones. */
  public int chunks() {
    return contents + count(TocEntryType.CHUNK);
  }

  /**
   * Bytes of the blob that a plain tar.gz of one member would not have: the TOC's member, the
   * footer, header and trailer of each member but one. It is the least that seekability costs:
   * members also compress worse than one stream, which can't be told without reading them.
   */
  public long overhead() {
    return tocSize + footerSize + (long) MEMBER_FRAME * Math.max(0, members - 2);
  }

  /** Counts while it goes through the entries. */
  private static final class Counts {
    private final StargzReader reader;
    private final int most;
    private final Map<TocEntryType, Integer> entries = new EnumMap<>(TocEntryType.class);
    private final PriorityQueue<LargeFile> largest =
        new PriorityQueue<>(LargeFile.ORDER.reversed());
    private final Map<Landmark, TocEntry> landmarks = new EnumMap<>(Landmark.class);
    private int contents;
    private long contentSize;
    private long firstOffset = -1;
    private long lastOffset = -1;
    private int places;
    private int contentsBeforeLandmark;

    Counts(StargzReader reader, int most) {
      this.reader = reader;
      this.most = most;
    }

    void add(TocEntry entry) {
      entries.merge(entry.type(), 1, Integer::sum);
      if (entry.type() == TocEntryType.REGULAR) {
        addFile(entry);
      }
      if (entry.hasContent() && entry.offset() != lastOffset) {
        firstOffset = firstOffset < 0 ? entry.offset() : Math.min(firstOffset, entry.offset());
        lastOffset = entry.offset();
        places++;
      }
    }

    private void addFile(TocEntry file) {
      for (Landmark landmark : Landmark.values()) {
        if (file.name().cleaned().equals(EntryName.of(landmark.entryName()))) {
          contentsBeforeLandmark =
              landmark == Landmark.PREFETCH ? contents : contentsBeforeLandmark;
          landmarks.put(landmark, file);
          return;
        }
      }
      if (file.size() > 0) {
        contents++;
        contentSize += Math.min(file.size(), Long.MAX_VALUE - contentSize);
        addLarge(file);
      }
    }

    private void addLarge(TocEntry file) {
      LargeFile smallest = largest.peek();
      if (largest.size() < most || (smallest != null && file.size() >= smallest.size())) {
        largest.add(new LargeFile(file.name(), file.size(), reader.chunksOf(file).size()));
      }
      if (largest.size() > most) {
        largest.remove();
      }
    }

    BlobFacts facts() {
      long footerAt = reader.size() - reader.footer().size();
      boolean none = landmarks.containsKey(Landmark.NO_PREFETCH); // readers look for it first
      TocEntry prefetch = none ? null : landmarks.get(Landmark.PREFETCH);
      Optional<Landmark> landmark =
          none
              ? Optional.of(Landmark.NO_PREFETCH)
              : Optional.ofNullable(prefetch).map(each -> Landmark.PREFETCH);
      int first = firstOffset > 0 ? 1 : 0;
      return new BlobFacts(
          FooterForm.of(reader.footer()),
          reader.size(),
          reader.tocOffset(),
          footerAt - reader.tocOffset(),
          reader.tocJsonSize(),
          reader.footer().size(),
          Map.copyOf(entries),
          contents,
          contentSize,
          places + first + 1,
          landmark,
          prefetch == null
              ? Prefetch.NONE
              : new Prefetch(prefetch.offset(), contentsBeforeLandmark),
          largest.stream().sorted(LargeFile.ORDER).toList());
    }
  }
}
