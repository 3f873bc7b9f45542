package dev.stargz.format.chunk;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.Location;
import dev.stargz.format.toc.Toc;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * From a file of a TOC to its chunks. Checks on the way in what the TOC says of the blob.
 * FORMAT.md, "Verification".
 *
 * <p>Memory: 8 bytes for each entry with content, some 100 for each file of several chunks and for
 * each member that holds several chunks. Safe for many threads.
 */
public final class ChunkTable {
  private final Map<TocEntry, List<TocEntry>> furtherChunks = new HashMap<>();
  private final Map<Long, Long> sharedSizes = new HashMap<>();
  private final long[] offsets;
  private final long tocOffset;

  // while a TOC is taken in: the file that chunks may follow, and the chunk before
  private @Nullable TocEntry file;
  private @Nullable TocEntry lastChunk;

  private ChunkTable(long[] offsets, long tocOffset) {
    this.offsets = offsets;
    this.tocOffset = tocOffset;
  }

  /**
   * Takes a TOC in.
   *
   * @param tocOffset where in the blob the TOC starts, and all chunks end
   * @param verified whether each chunk must have a digest
   * @throws CorruptException if chunks leave gaps, overlap, lie outside the blob, or miss a digest
   */
  public static ChunkTable of(Toc toc, long tocOffset, boolean verified) throws CorruptException {
    List<TocEntry> contents = toc.entries().stream().filter(TocEntry::hasContent).toList();
    long[] offsets = contents.stream().mapToLong(TocEntry::offset).toArray();
    Arrays.sort(offsets);
    ChunkTable table = new ChunkTable(offsets, tocOffset);
    for (TocEntry entry : contents) {
      table.check(entry, verified);
    }
    checkPlaces(contents);
    for (TocEntry entry : toc.entries()) {
      table.add(entry);
    }
    table.endFile();
    table.measureShared(contents);
    return table;
  }

  /** Takes down how far the chunks of members that hold several of them reach. */
  private void measureShared(List<TocEntry> contents) {
    boolean shares = IntStream.range(1, offsets.length).anyMatch(i -> offsets[i] == offsets[i - 1]);
    for (TocEntry entry : shares ? contents : List.<TocEntry>of()) {
      if (entry.type() == TocEntryType.REGULAR) {
        for (Chunk chunk : chunksOf(entry)) {
          if (isShared(chunk.offset())) {
            long reach = chunk.innerOffset() + chunk.size();
            sharedSizes.merge(chunk.offset(), reach < 0 ? Long.MAX_VALUE : reach, Math::max);
          }
        }
      }
    }
  }

  private boolean isShared(long offset) {
    int i = Arrays.binarySearch(offsets, offset);
    return (i > 0 && offsets[i - 1] == offset)
        || (i + 1 < offsets.length && offsets[i + 1] == offset);
  }

  /**
   * How many bytes, uncompressed, the chunks reach into a member that holds several of them.
   *
   * @param offset of the member in the blob
   * @return nothing if it holds one chunk
   */
  OptionalLong sharedSize(long offset) {
    Long size = sharedSizes.get(offset);
    return size == null ? OptionalLong.empty() : OptionalLong.of(size);
  }

  /** Comparable, so that many of one hash can be told apart fast. */
  private record Place(long offset, long innerOffset) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byOffset = Long.compare(offset, other.offset);
      return byOffset != 0 ? byOffset : Long.compare(innerOffset, other.innerOffset);
    }
  }

  /** Checks that no two entries have the same place; in their usual order that takes no memory. */
  private static void checkPlaces(List<TocEntry> contents) throws CorruptException {
    if (isAscending(contents)) {
      return;
    }
    Set<Place> places = new HashSet<>();
    for (TocEntry entry : contents) {
      if (!places.add(new Place(entry.offset(), entry.innerOffset()))) {
        throw corrupt(entry, "its place in the blob is that of another entry");
      }
    }
  }

  private static boolean isAscending(List<TocEntry> contents) {
    for (int i = 1; i < contents.size(); i++) {
      TocEntry before = contents.get(i - 1);
      TocEntry entry = contents.get(i);
      boolean ascends =
          entry.offset() > before.offset()
              || (entry.offset() == before.offset() && entry.innerOffset() > before.innerOffset());
      if (!ascends) {
        return false;
      }
    }
    return true;
  }

  private void add(TocEntry entry) throws CorruptException {
    if (entry.type() == TocEntryType.CHUNK) {
      addChunk(entry);
      return;
    }
    endFile();
    if (entry.hasContent()) {
      file = entry;
      lastChunk = entry;
    }
  }

  private void addChunk(TocEntry chunk) throws CorruptException {
    TocEntry before = lastChunk;
    if (file == null || before == null || !file.name().cleaned().equals(chunk.name().cleaned())) {
      throw corrupt(chunk, "a chunk that doesn't follow its file");
    }
    long expected = before.chunkOffset() + before.chunkSize();
    if (chunk.chunkOffset() != expected || before.chunkSize() == 0) {
      throw corrupt(
          chunk,
          "chunks leave a gap or overlap: expected one at "
              + expected
              + ", found one at "
              + chunk.chunkOffset());
    }
    if (expected >= file.size()) {
      throw corrupt(chunk, "a chunk at " + expected + " of a file of " + file.size() + " bytes");
    }
    furtherChunks.computeIfAbsent(file, each -> new ArrayList<>(2)).add(chunk);
    lastChunk = chunk;
  }

  /** Checks that the chunks of the file read last reach from its first byte to its last. */
  private void endFile() throws CorruptException {
    if (file != null && lastChunk != null) {
      long end = lastChunk.chunkOffset() + lastChunk.chunkSize();
      if (lastChunk.chunkSize() > 0 && end != file.size()) {
        throw corrupt(file, "chunks: expected an end at " + file.size() + ", found " + end);
      }
      if (file.chunkOffset() != 0) {
        throw corrupt(file, "first chunk: expected it at 0, found it at " + file.chunkOffset());
      }
    }
    file = null;
    lastChunk = null;
  }

  private void check(TocEntry entry, boolean verified) throws CorruptException {
    if (entry.offset() >= tocOffset) {
      throw corrupt(
          entry, "expected an offset below the TOC's, " + tocOffset + ", found " + entry.offset());
    }
    if (verified && entry.chunkDigest() == null) {
      throw corrupt(entry, "its chunkDigest is missing, so that nothing vouches for its content");
    }
  }

  private static CorruptException corrupt(TocEntry entry, String what) {
    return new CorruptException(what, Location.inToc(entry.name()));
  }

  /**
   * The chunks of a file, in order; none if it is empty.
   *
   * @throws IllegalArgumentException if the entry is no regular file
   */
  public List<Chunk> chunksOf(TocEntry regularFile) {
    if (regularFile.type() != TocEntryType.REGULAR) {
      throw new IllegalArgumentException("expected a regular file, found " + regularFile);
    }
    if (regularFile.size() == 0) {
      return List.of();
    }
    List<TocEntry> further = furtherChunks.getOrDefault(regularFile, List.of());
    List<Chunk> chunks = new ArrayList<>(1 + further.size());
    TocEntry each = regularFile;
    for (TocEntry next : further) {
      chunks.add(chunk(each, next.chunkOffset(), null));
      each = next;
    }
    Digest whole = further.isEmpty() ? regularFile.digest() : null;
    chunks.add(chunk(each, regularFile.size(), whole));
    return chunks;
  }

  /** {@code whole}: the digest of a file that is one chunk, for blobs without those of chunks. */
  private Chunk chunk(TocEntry entry, long endInFile, @Nullable Digest whole) {
    Digest digest = entry.chunkDigest();
    return new Chunk(
        entry.chunkOffset(),
        endInFile - entry.chunkOffset(),
        entry.offset(),
        endOf(entry.offset()),
        entry.innerOffset(),
        digest == null ? whole : digest);
  }

  /** Where in the blob the next entry's content starts, or the TOC: what is read for a chunk. */
  private long endOf(long offset) {
    int i = Arrays.binarySearch(offsets, offset + 1);
    int next = i >= 0 ? i : -i - 1;
    return next < offsets.length ? offsets[next] : tocOffset;
  }
}
