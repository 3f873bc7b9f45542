package dev.stargz.format.listing;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.tar.EntryKind;
import dev.stargz.format.tar.TarEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What will be said of one tar entry once all have been seen. The writer adds the places of its
 * chunks as they become known, and its digest.
 */
public final class TocDraft {
  /** A chunk whose place isn't known until its member is written. */
  public static final class Chunk {
    private long offset;
    private long innerOffset;
    private @Nullable Digest digest;

    private Chunk() {}

    /** Sets where the chunk's member starts in the blob, and the chunk's digest. */
    public void memberAt(long memberOffset, @Nullable Digest ofChunk) {
      offset = memberOffset;
      digest = ofChunk;
    }

    /** Sets where in its member the chunk starts, in the blobs of others. */
    public void innerOffset(long inMember) {
      innerOffset = inMember;
    }
  }

  private final int index;
  private final TarEntry entry;
  private final EntryName path;
  private final List<Chunk> chunks = new ArrayList<>(1);
  private @Nullable Digest digest;

  /** The entry that carries the content: this one, or the one a hard link goes to, once known. */
  @Nullable TocDraft origin;

  /** Whether the path still names what this entry put there. */
  boolean bound = true;

  /** Of an origin: the entry whose name stands for the content. */
  @Nullable TocDraft canonical;

  TocDraft(int index, TarEntry entry, EntryName path) {
    this.index = index;
    this.entry = entry;
    this.path = path;
    this.origin = isHardlink() ? null : this;
  }

  /** Adds the next chunk of the payload. */
  public Chunk addChunk() {
    Chunk chunk = new Chunk();
    chunks.add(chunk);
    return chunk;
  }

  /** Sets the digest of the whole payload, unless there is one chunk, which tells it. */
  public void digest(Digest ofPayload) {
    digest = ofPayload;
  }

  int index() {
    return index;
  }

  TarEntry entry() {
    return entry;
  }

  EntryName path() {
    return path;
  }

  boolean isHardlink() {
    return entry.kind() == EntryKind.HARDLINK;
  }

  boolean isDirectory() {
    return entry.kind() == EntryKind.DIRECTORY;
  }

  int chunkCount() {
    return chunks.size();
  }

  long chunkOffset(int i) {
    return chunks.get(i).offset;
  }

  long innerOffset(int i) {
    return chunks.get(i).innerOffset;
  }

  @Nullable Digest chunkDigest(int i) {
    return chunks.get(i).digest;
  }

  @Nullable Digest digest() {
    return chunks.size() == 1 ? chunks.get(0).digest : digest;
  }
}
