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

/**
 * Goes through a blob's tar from its first entry to its last, hashes what the TOC says are chunks,
 * and makes the TOC that the tar ought to have.
 */
final class TarWalk {
  private static final int BUFFER = 1 << 16;

  /** Bytes that sparse files may expand to; a hostile header claims 2^62 of them. */
  private static final long MAX_EXPANDED = 64L << 30;

  private static final EntryName TOC_NAME = EntryName.of(Toc.ENTRY_NAME);

  /** A place in the blob where a file's content may begin. */
  private record Place(long offset, long innerOffset) {}

  private final StargzReader reader;
  private final MemberMap members;
  private final Differences differences;
  private final SourceRebuild source;
  private final Map<Place, TocEntry> contents = new HashMap<>();
  private final TocBuilder expected = new TocBuilder(Long.MAX_VALUE);
  private final byte[] buffer = new byte[BUFFER];

  TarWalk(StargzReader reader, MemberMap members, Differences differences, SourceRebuild source) {
    this.reader = reader;
    this.members = members;
    this.differences = differences;
    this.source = source;
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
    new TocComparison(differences).compare(expected.build(dangling -> {}), reader.toc().entries());
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
    ChunkCheck check = new ChunkCheck(entry.name(), start, chunks);
    MessageDigest sha256 = Digest.sha256();
    for (; n > 0; n = tar.read(buffer, 0, BUFFER)) {
      sha256.update(buffer, 0, n);
      source.payload(buffer, n);
      check.update(n);
    }
    check.end();
    TocDraft.Chunk whole = draft.addChunk();
    whole.memberAt(place.offset(), Digest.of(sha256));
    whole.innerOffset(place.innerOffset());
  }

  /** Follows a payload and compares the digest and the place of each chunk that ends in it. */
  private final class ChunkCheck {
    private final EntryName name;
    private final long start;
    private final List<Chunk> chunks;
    private final MessageDigest sha256 = Digest.sha256();
    private int next;
    private long inChunk;

    ChunkCheck(EntryName name, long start, List<Chunk> chunks) {
      this.name = name;
      this.start = start;
      this.chunks = chunks;
    }

    /** Takes the first {@code length} bytes of the buffer as the payload's next ones. */
    void update(int length) {
      int at = 0;
      while (at < length && next < chunks.size()) {
        long left = chunks.get(next).size() - inChunk;
        int n = (int) Math.min(left, length - at);
        sha256.update(buffer, at, n);
        at += n;
        inChunk += n;
        if (n == left) {
          endChunk(chunks.get(next++));
        }
      }
    }

    private void endChunk(Chunk chunk) {
      inChunk = 0;
      String part = "chunk at " + chunk.fileOffset() + ": ";
      Digest found = Digest.of(sha256);
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
