package dev.stargz.format;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.chunk.Chunk;
import dev.stargz.format.listing.TocBuilder;
import dev.stargz.format.listing.TocDraft;
import dev.stargz.format.tar.EntryKind;
import dev.stargz.format.tar.TarEntry;
import dev.stargz.format.tar.TarReader;
import dev.stargz.format.toc.Toc;
import dev.stargz.format.toc.TocEntry;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a blob's tar from its first entry to its last, hashes what the TOC says are chunks,
 * and makes the TOC that the tar ought to have.
 */
final class TarWalk {
  private static final int BUFFER = 1 << 16;

  /** Bytes that sparse files may expand to; a hostile header claims 2^62 of them. */
  private static final long MAX_EXPANDED = 64L << 30;

  /** Heap of what is kept of an entry, in bytes, but for its texts. */
  private static final long ENTRY_COST = 500;

  private static final EntryName TOC_NAME = EntryName.of(Toc.ENTRY_NAME);

  /** A place in the blob where a file's content may begin. */
  private record Place(long offset, long innerOffset) implements Comparable<Place> {
    /** So that a map finds places fast that a hostile TOC gives one hash. */
    @Override
    public int compareTo(Place other) {
      int order = Long.compare(offset, other.offset);
      return order != 0 ? order : Long.compare(innerOffset, other.innerOffset);
    }
  }

  private final StargzReader reader;
  private final MemberMap members;
  private final PartHashes hashes;
  private final Differences differences;
  private final SourceRebuild source;
  private final VerifyBudget budget;
  private final Map<Place, TocEntry> contents = new HashMap<>();
  private final TocBuilder expected = new TocBuilder(Long.MAX_VALUE);
  private final byte[] buffer = new byte[BUFFER];

  /**
   * Creates a walk that nothing is known of yet.
   *
   * @param members learns where members begin, before their bytes are read
   * @param hashes learns digests of chunks likewise, if anything hashes them ahead
   */
  TarWalk(
      StargzReader reader,
      MemberMap members,
      PartHashes hashes,
      Differences differences,
      SourceRebuild source,
      VerifyBudget budget) {
    this.reader = reader;
    this.members = members;
    this.hashes = hashes;
    this.differences = differences;
    this.source = source;
    this.budget = budget;
    for (TocEntry entry : reader.toc().entries()) {
      if (entry.hasContent() && entry.chunkOffset() == 0) {
        contents.put(new Place(entry.offset(), entry.innerOffset()), entry);
      }
    }
  }

  /** Walks to the tar's end; all of {@code in} up to there is read. */
  void walk(InputStream in) throws IOException {
    TarReader tar = new TarReader(in, 0, MAX_EXPANDED);
    for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
      source.start(tar, entry);
      boolean listed =
          entry.kind() != EntryKind.GLOBAL_RECORDS
              && entry.kind() != EntryKind.UNSUPPORTED
              && !entry.name().cleaned().equals(TOC_NAME);
      if (listed) {
        budget.spend(heapOf(entry), entry.location());
        TocDraft draft = expected.add(entry, symlinkAbove -> {});
        if (entry.size() > 0) {
          checkPayload(tar, entry, draft);
        }
      }
      endPayload(tar);
    }
    source.end(tar);
    for (TocEntry entry : contents.values()) {
      differences.add(
          entry.name(),
          "content",
          "a payload at byte " + entry.innerOffset() + " of the member at " + entry.offset(),
          "none");
    }
    new TocComparison(differences, budget)
        .compare(expected.build(dangling -> {}), reader.toc().entries());
  }

  private static long heapOf(TarEntry entry) {
    long texts = 2L * entry.name().length() + entry.linkName().length();
    texts += 2L * entry.userName().length() + 2L * entry.groupName().length();
    for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
      texts += 100 + 2L * xattr.getKey().length() + xattr.getValue().length;
    }
    return ENTRY_COST + texts;
  }

  /** Reads what of an entry is still unread; only the source's digest takes it in. */
  private void endPayload(TarReader tar) throws IOException {
    for (int n = tar.read(buffer, 0, BUFFER); n > 0; n = tar.read(buffer, 0, BUFFER)) {
      source.payload(buffer, n);
    }
    source.padding(tar.padding());
  }

  /** Hashes a payload, and its chunks as the TOC has them. */
  private void checkPayload(TarReader tar, TarEntry entry, TocDraft draft) throws IOException {
    long start = tar.position();
    int n = tar.read(buffer, 0, BUFFER); // from here on its member is known
    Place place = new Place(members.memberOf(start), members.innerOffset(start));
    TocEntry content = contents.remove(place);
    List<Chunk> chunks = content == null ? List.of() : reader.chunksOf(content);
    ChunkCheck check = new ChunkCheck(entry, start, chunks);
    MessageDigest sha256 = Digest.sha256();
    for (; n > 0; n = tar.read(buffer, 0, BUFFER)) {
      source.payload(buffer, n);
      check.update(n);
      if (check.wholeIsUnknown()) {
        sha256.update(buffer, 0, n);
      }
    }
    check.end();
    TocDraft.Chunk whole = draft.addChunk();
    Digest digest = check.whole();
    whole.memberAt(place.offset(), digest == null ? Digest.of(sha256) : digest);
    whole.innerOffset(place.innerOffset());
  }

  /** Follows a payload and compares the digest and the place of each chunk that ends in it. */
  private final class ChunkCheck {
    private final EntryName name;
    private final long start;
    private final long size;
    private final boolean asStored;
    private final List<Chunk> chunks;
    private final MessageDigest sha256 = Digest.sha256();
    private @Nullable Digest known;
    private @Nullable Digest whole;
    private int next;
    private long inChunk;

    ChunkCheck(TarEntry entry, long start, List<Chunk> chunks) {
      this.name = entry.name();
      this.start = start;
      this.size = entry.size();
      this.asStored = !entry.extras().sparse();
      this.chunks = chunks;
    }

    /** Takes the first {@code length} bytes of the buffer as the payload's next ones. */
    void update(int length) {
      int at = 0;
      while (at < length && next < chunks.size()) {
        Chunk chunk = chunks.get(next);
        if (inChunk == 0) {
          begin(chunk);
        }
        int n = (int) Math.min(chunk.size() - inChunk, length - at);
        if (known == null) {
          sha256.update(buffer, at, n);
        }
        at += n;
        inChunk += n;
        if (inChunk == chunk.size()) {
          endChunk(chunk);
          next++;
        }
      }
    }

    /** Asks whether another thread has hashed the chunk; it can't have those of expanded files. */
    private void begin(Chunk chunk) {
      known = asStored ? hashes.take(start + chunk.fileOffset(), chunk.size()) : null;
      if (chunk.fileOffset() == 0 && chunk.size() == size) {
        whole = known;
      }
    }

    /** Whether the payload has to be hashed; told once its first bytes were taken. */
    boolean wholeIsUnknown() {
      return whole == null;
    }

    /** The digest of the whole payload, if it is known. */
    @Nullable Digest whole() {
      return whole;
    }

    private void endChunk(Chunk chunk) {
      inChunk = 0;
      String part = "chunk at " + chunk.fileOffset() + ": ";
      Digest found = known == null ? Digest.of(sha256) : known;
      differences.compare(name, part + "chunkDigest", found, chunk.digest());
      long place = members.uncompressedStart(chunk.offset());
      boolean lies = place >= 0 && place + chunk.innerOffset() == start + chunk.fileOffset();
      if (!lies) {
        differences.add(
            name,
            part + "offset",
            members.memberOf(start + chunk.fileOffset()),
            chunk.offset() + (place < 0 ? ", where no member starts" : ", another place"));
      }
    }

    void end() {
      if (next < chunks.size()) {
        differences.add(
            name, "size", start + inChunk, "chunks that go on behind the payload's end");
      }
    }
  }
}
