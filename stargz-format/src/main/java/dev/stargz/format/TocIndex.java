package dev.stargz.format;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import dev.stargz.format.toc.Toc;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ways into a TOC: by path to an entry, from a file to its chunks. Checks on the way in what the
 * TOC says of the blob. FORMAT.md, "Verification".
 */
final class TocIndex {
  private final Map<EntryName, TocEntry> byPath = new HashMap<>();
  private final Map<TocEntry, List<TocEntry>> furtherChunks = new HashMap<>();
  private final Set<EntryName> deadLinks = new HashSet<>();
  private final long[] offsets;
  private final long tocOffset;

  // while a TOC is taken in: the file that chunks may follow, and the chunk before
  private @Nullable TocEntry file;
  private @Nullable TocEntry lastChunk;

  private TocIndex(long[] offsets, long tocOffset) {
    this.offsets = offsets;
    this.tocOffset = tocOffset;
  }

  /**
   * Takes a TOC in.
   *
   * @param tocOffset where in the blob the TOC starts, and all chunks end
   * @param verified whether each chunk must have a digest
   */
  static TocIndex of(Toc toc, long tocOffset, boolean verified) throws CorruptException {
    long[] offsets =
        toc.entries().stream().filter(TocEntry::hasContent).mapToLong(TocEntry::offset).toArray();
    Arrays.sort(offsets);
    TocIndex index = new TocIndex(offsets, tocOffset);
    Set<Place> places = new HashSet<>();
    for (TocEntry entry : toc.entries()) {
      if (entry.hasContent()) {
        index.check(entry, verified);
        if (!places.add(new Place(entry.offset(), entry.innerOffset()))) {
          throw corrupt(entry, "its place in the blob is that of another entry");
        }
      }
      index.add(entry);
    }
    index.endFile();
    index.followLinks();
    return index;
  }

  private record Place(long offset, long innerOffset) {}

  private void add(TocEntry entry) throws CorruptException {
    if (entry.type() == TocEntryType.CHUNK) {
      addChunk(entry);
      return;
    }
    endFile();
    byPath.put(entry.name().cleaned(), entry);
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

  /** Puts what they lead to in the place of all hard links that lead somewhere. */
  private void followLinks() {
    for (EntryName path : List.copyOf(byPath.keySet())) {
      Set<EntryName> followed = new LinkedHashSet<>();
      EntryName at = path;
      TocEntry entry = byPath.get(at);
      while (entry != null && entry.type() == TocEntryType.HARDLINK && followed.add(at)) {
        at = entry.linkName().cleaned();
        entry = deadLinks.contains(at) ? null : byPath.get(at);
      }
      if (entry == null || entry.type() == TocEntryType.HARDLINK) {
        deadLinks.addAll(followed);
      } else {
        for (EntryName link : followed) {
          byPath.put(link, entry);
        }
      }
    }
  }

  /** The entry at a cleaned path, a hard link's content in place of the link. */
  Optional<TocEntry> find(EntryName path) throws CorruptException {
    TocEntry entry = byPath.get(path);
    if (entry != null && entry.type() == TocEntryType.HARDLINK) {
      throw corrupt(entry, "a hard link to '" + entry.linkName() + "', which leads to no content");
    }
    return Optional.ofNullable(entry);
  }

  /** The chunks of a regular file, in order; none if it is empty. */
  List<Chunk> chunksOf(TocEntry file) {
    if (file.type() != TocEntryType.REGULAR) {
      throw new IllegalArgumentException("expected a regular file, found " + file);
    }
    if (file.size() == 0) {
      return List.of();
    }
    List<TocEntry> entries = new ArrayList<>();
    entries.add(file);
    entries.addAll(furtherChunks.getOrDefault(file, List.of()));
    List<Chunk> chunks = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      TocEntry each = entries.get(i);
      long end = i + 1 < entries.size() ? entries.get(i + 1).chunkOffset() : file.size();
      chunks.add(
          new Chunk(
              each.chunkOffset(),
              end - each.chunkOffset(),
              each.offset(),
              endOf(each.offset()),
              each.innerOffset(),
              each.chunkDigest()));
    }
    return chunks;
  }

  /** Where in the blob the next entry's content starts, or the TOC: what is read for a chunk. */
  private long endOf(long offset) {
    int i = Arrays.binarySearch(offsets, offset + 1);
    int next = i >= 0 ? i : -i - 1;
    return next < offsets.length ? offsets[next] : tocOffset;
  }
}
