package dev.stargz.format;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.DigestMismatchException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.NotStargzException;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.chunk.Chunk;
import dev.stargz.format.chunk.ChunkTable;
import dev.stargz.format.chunk.LayerChunks;
import dev.stargz.format.toc.Footer;
import dev.stargz.format.toc.Toc;
import dev.stargz.format.toc.TocBudget;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.tree.FileTree;
import dev.stargz.format.tree.OverlayXattr;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads single files out of a seekable tar.gz, in four steps from its end inwards: the footer says
 * where the TOC is, the TOC where each chunk of a file is, and of the blob's other bytes none is
 * touched.
 *
 * <p>A reader opened with the TOC's digest gives out no byte that this digest doesn't vouch for.
 * One opened without it still checks each chunk against the TOC, which finds damage, not deceit.
 *
 * <p>A reader may be used by many threads, each stream by one. Closing it closes the source.
 * Memory: the TOC, about 300 bytes an entry, at most half the heap; ways into it, some 75 bytes an
 * entry each, when they are first used ({@link #find}, {@link #tree()}); a chunk for each open
 * stream.
 */
public final class StargzReader implements Closeable {
  private final RandomAccessSource source;
  private final long size;
  private final Footer footer;
  private final TocFile tocFile;
  private final ChunkTable chunks;
  private @Nullable PathIndex paths;
  private @Nullable FileTree tree;
  private @Nullable StargzException treeFailure;

  private StargzReader(
      RandomAccessSource source, long size, Footer footer, TocFile tocFile, ChunkTable chunks) {
    this.source = source;
    this.size = size;
    this.footer = footer;
    this.tocFile = tocFile;
    this.chunks = chunks;
  }

  /**
   * Opens a blob without knowing what its TOC should be.
   *
   * @param source is closed with the reader, and also if this fails
   * @throws NotStargzException if there is no footer
   * @throws CorruptException if footer, TOC or what they say of each other is damaged
   * @throws UnsupportedException if the TOC is kept in another way, or takes more than half the
   *     heap
   */
  public static StargzReader open(RandomAccessSource source) throws IOException {
    return open(source, Optional.empty(), OptionalLong.empty());
  }

  /**
   * Opens a blob whose TOC is known by its digest, from the layer's annotation or another place
   * that is trusted.
   *
   * @param source is closed with the reader, and also if this fails
   * @throws DigestMismatchException if the blob has another TOC
   * @throws IOException for the reasons of {@link #open(RandomAccessSource)}, and if the TOC lacks
   *     the digest of a chunk
   */
  public static StargzReader open(RandomAccessSource source, Digest tocDigest) throws IOException {
    return open(source, Optional.of(tocDigest), OptionalLong.empty());
  }

  /**
   * Opens a blob with what is known of its TOC. Of a remote one whose size is known, too, the right
   * place makes that one request; without it, it is one if the TOC lies in the last 64 KiB, else
   * two. A TOC of more than 16 MiB (or a 16th of the heap) compressed takes one more for each such
   * part.
   *
   * @param source is closed with the reader, and also if this fails
   * @param tocDigest as for {@link #open(RandomAccessSource, Digest)}
   * @param tocOffset where the TOC is said to start, as by the layer's annotation. The footer alone
   *     decides: a wrong place is no error, and takes no more than a request for at most 16 MiB.
   *     {@link #tocOffset()} is the right one
   * @throws IOException for the reasons of the other methods
   */
  public static StargzReader open(
      RandomAccessSource source, Optional<Digest> tocDigest, OptionalLong tocOffset)
      throws IOException {
    return open(source, tocDigest, tocOffset, TocBudget.ofHeap());
  }

  /**
   * Opens one of several blobs that are to be open together, as the layers of an image are.
   *
   * @param source is closed with the reader, and also if this fails
   * @param tocDigest as for {@link #open(RandomAccessSource, Digest)}
   * @param tocOffset as for {@link #open(RandomAccessSource, Optional, OptionalLong)}
   * @param budget what their TOCs may take together
   * @throws IOException for the reasons of the other methods
   */
  public static StargzReader open(
      RandomAccessSource source,
      Optional<Digest> tocDigest,
      OptionalLong tocOffset,
      TocBudget budget)
      throws IOException {
    try {
      TailedSource blob = TailedSource.of(source, tocOffset);
      Footer footer = Footer.parse(blob.tail());
      long end = blob.size() - footer.size();
      TocFile tocFile = TocFile.read(blob, footer.tocOffset(), end, budget);
      if (tocDigest.isPresent() && !tocDigest.get().equals(tocFile.digest())) {
        throw new DigestMismatchException(
            "the TOC", Location.inBlob(footer.tocOffset()), tocDigest.get(), tocFile.digest());
      }
      ChunkTable chunks = ChunkTable.of(tocFile.toc(), footer.tocOffset(), tocDigest.isPresent());
      return new StargzReader(
          blob.unlessUseless(footer.tocOffset()), blob.size(), footer, tocFile, chunks);
    } catch (IOException | RuntimeException | Error e) {
      try {
        source.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /** The table of contents, as it is in the blob. */
  public Toc toc() {
    return tocFile.toc();
  }

  /** The digest of the TOC's JSON. */
  public Digest tocDigest() {
    return tocFile.digest();
  }

  /** Where in the blob the TOC's member starts, in bytes. */
  public long tocOffset() {
    return footer.tocOffset();
  }

  /**
   * The files of this layer as they are stored, landmarks and whiteouts too. Made when it is first
   * asked for.
   *
   * @return a tree that reads from this reader, which must stay open
   * @throws StargzException if no file system could hold what the TOC lists
   */
  public synchronized FileTree tree() throws StargzException {
    if (treeFailure != null) {
      throw treeFailure; // trying again would take as long, and fail again
    }
    FileTree made = tree;
    if (made == null) {
      try {
        made = FileTree.of(layer());
      } catch (StargzException e) {
        treeFailure = e;
        throw e;
      }
      tree = made;
    }
    return made;
  }

  /**
   * The files of this layer in the terms of overlayfs: removed files as character devices 0:0,
   * directories that hide lower ones with an attribute, no landmarks.
   *
   * @return a tree that reads from this reader, which must stay open
   * @throws StargzException if no file system could hold what the TOC lists
   */
  public FileTree overlayTree(OverlayXattr xattr) throws StargzException {
    return FileTree.overlay(layer(), xattr);
  }

  /**
   * The files of an image: its layers unpacked one over the other. What they say of removed files,
   * and the landmarks, don't show.
   *
   * @param layers the lowest first
   * @return a tree that reads from these readers, which must stay open
   * @throws StargzException if no file system could hold what the TOCs list
   */
  public static FileTree mergedTree(List<StargzReader> layers) throws StargzException {
    return FileTree.merge(layers.stream().map(StargzReader::layer).toList());
  }

  private LayerChunks layer() {
    return new LayerChunks(toc(), chunks, source, tocOffset());
  }

  /**
   * The entry that names a path, a hard link's content in place of the link. Symbolic links are not
   * followed, above it neither: {@link #tree()} does that.
   *
   * @param path with or without leading {@code ./} or {@code /}
   * @return nothing if the TOC has no such path
   * @throws CorruptException if the path is a hard link that leads to no entry
   */
  public Optional<TocEntry> find(EntryName path) throws CorruptException {
    return paths().find(path.cleaned());
  }

  private synchronized PathIndex paths() {
    PathIndex made = paths;
    if (made == null) {
      made = PathIndex.of(toc());
      paths = made;
    }
    return made;
  }

  /**
   * Opens the content of a regular file. Each chunk is read when the stream comes to it, and
   * checked before any of its bytes is given out.
   *
   * @param file of this reader's {@link #toc()} or {@link #find}
   * @return the content; reading it throws {@link DigestMismatchException} and {@link
   *     CorruptException}; closing it leaves the reader open
   * @throws IllegalArgumentException if the entry is no regular file
   */
  public InputStream open(TocEntry file) {
    return new ChunkedInput(source, file, chunks.chunksOf(file));
  }

  Footer footer() {
    return footer;
  }

  /** The size of the TOC's JSON in bytes. */
  long tocJsonSize() {
    return tocFile.jsonSize();
  }

  RandomAccessSource source() {
    return source;
  }

  /** The blob's size in bytes. */
  public long size() {
    return size;
  }

  List<Chunk> chunksOf(TocEntry file) {
    return chunks.chunksOf(file);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
