package dev.stargz.format.tree;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.chunk.ChunkCache;
import dev.stargz.format.chunk.LayerChunks;
import dev.stargz.format.chunk.ReadAhead;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemLoopException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of a layer, or of several, as a file system shows them. FORMAT.md, "File tree".
 *
 * <p>Paths are looked up as a kernel does: from the root, through symbolic links (at most 40, never
 * out of the tree), {@code ..} being the directory that a link led to. Directories that have no
 * entry but files below them are there: mode 0755, owner 0.
 *
 * <p>A tree is read-only and safe for many threads. It reads from the readers that it was made of,
 * whom it doesn't close. Memory: some 150 bytes a file, 250 a directory, at most a quarter of the
 * heap; a cache of chunks, at most 64 MiB or an eighth of the heap; of remote layers that are read
 * in order, what was fetched ahead, at most 32 MiB or a 16th of the heap.
 */
public final class FileTree {
  private static final int TREE_HEAP_SHARE = 4;
  private static final int CACHE_HEAP_SHARE = 8;
  private static final long MOST_CACHE = 64 << 20;
  private static final int AHEAD_HEAP_SHARE = 16;
  private static final long MOST_AHEAD = 32 << 20;

  private final List<LayerChunks> layers;
  private final FileNode root;
  private final int size;
  private final ChunkCache cache;

  private FileTree(List<LayerChunks> layers, FileNode root) {
    ReadAhead ahead =
        new ReadAhead(Math.min(MOST_AHEAD, Runtime.getRuntime().maxMemory() / AHEAD_HEAP_SHARE));
    this.layers = layers.stream().map(layer -> layer.readAhead(ahead)).toList();
    this.root = root;
    this.size = Numbering.number(root);
    this.cache =
        new ChunkCache(Math.min(MOST_CACHE, Runtime.getRuntime().maxMemory() / CACHE_HEAP_SHARE));
  }

  /**
   * The files of one layer as they are stored, landmarks and whiteouts too. Readers call it: {@code
   * StargzReader.tree()}.
   *
   * @throws StargzException if no file system could hold what the TOC lists
   */
  public static FileTree of(LayerChunks layer) throws StargzException {
    TreeBuilder builder = builder();
    for (TocEntry entry : layer.toc().entries()) {
      if (entry.type() != TocEntryType.CHUNK) {
        builder.put(entry);
      }
    }
    builder.endLayer();
    return new FileTree(List.of(layer), builder.root());
  }

  /**
   * The files of one layer in the terms of overlayfs. Readers call it: {@code
   * StargzReader.overlayTree()}.
   *
   * @throws StargzException if no file system could hold what the TOC lists
   */
  public static FileTree overlay(LayerChunks layer, OverlayXattr xattr) throws StargzException {
    TreeBuilder builder = builder();
    new OverlayView(builder, xattr).put(layer.toc());
    return new FileTree(List.of(layer), builder.root());
  }

  /**
   * The files of layers unpacked one over the other, the lowest first. Readers call it: {@code
   * StargzReader.mergedTree()}.
   *
   * @throws StargzException if no file system could hold what the TOCs list
   */
  public static FileTree merge(List<LayerChunks> layers) throws StargzException {
    TreeBuilder builder = builder();
    LayerMerge merge = new LayerMerge(builder);
    for (LayerChunks layer : layers) {
      merge.add(layer.toc());
    }
    return new FileTree(layers, builder.root());
  }

  private static TreeBuilder builder() {
    return new TreeBuilder(Runtime.getRuntime().maxMemory() / TREE_HEAP_SHARE);
  }

  /** The root directory. */
  public FileNode root() {
    return root;
  }

  /** How many nodes there are: inodes go from 1 to this. */
  public int size() {
    return size;
  }

  /**
   * What is at a path, if there is something.
   *
   * @param options {@link LinkOption#NOFOLLOW_LINKS} if a symbolic link that the path ends with is
   *     wanted itself
   * @throws FileSystemLoopException if it leads through more than 40 symbolic links
   */
  public Optional<FileNode> find(EntryName path, LinkOption... options)
      throws FileSystemLoopException {
    return Optional.ofNullable(PathWalk.walk(root, path, options.length == 0, PathWalk::exactly));
  }

  /**
   * What is at a path, if there is something.
   *
   * @param path in UTF-8 or, where a name is no UTF-8, as {@link #readableNames} shows it
   * @param options as for {@link #find(EntryName, LinkOption...)}
   * @throws FileSystemLoopException if it leads through more than 40 symbolic links
   */
  public Optional<FileNode> find(String path, LinkOption... options)
      throws FileSystemLoopException {
    return findReadable(EntryName.of(path), options);
  }

  /**
   * What is at a path whose parts may be names themselves or, where a name is no UTF-8, what {@link
   * #readableNames} shows of it.
   *
   * @param options as for {@link #find(EntryName, LinkOption...)}
   * @throws FileSystemLoopException if it leads through more than 40 symbolic links
   */
  public Optional<FileNode> findReadable(EntryName path, LinkOption... options)
      throws FileSystemLoopException {
    return Optional.ofNullable(PathWalk.walk(root, path, options.length == 0, ReadableNames::find));
  }

  /**
   * What is at a path.
   *
   * @throws NoSuchFileException if nothing is
   * @throws FileSystemLoopException if it leads through more than 40 symbolic links
   */
  public FileNode lookUp(String path, LinkOption... options)
      throws NoSuchFileException, FileSystemLoopException {
    return find(path, options).orElseThrow(() -> new NoSuchFileException(path));
  }

  /**
   * What is at a path.
   *
   * @throws NoSuchFileException if nothing is
   * @throws FileSystemLoopException if it leads through more than 40 symbolic links
   */
  public FileNode lookUp(EntryName path, LinkOption... options)
      throws NoSuchFileException, FileSystemLoopException {
    return find(path, options).orElseThrow(() -> new NoSuchFileException(path.text()));
  }

  /**
   * The names in a directory by what is to be shown of them: each a text that no other has and that
   * {@link #find(String, LinkOption...)} takes. Bytes that are no UTF-8 are {@code \xNN}.
   */
  public Map<String, EntryName> readableNames(FileNode directory) {
    return ReadableNames.of(directory);
  }

  /**
   * Opens the content of a regular file for reading at any position. Only the chunks that are
   * needed are read, each is checked before any of its bytes is given out.
   *
   * @return a channel for many threads; closing it leaves the tree's source open
   * @throws IllegalArgumentException if the node is no regular file
   * @throws CorruptException if it is a hard link that leads to no content
   */
  public SeekableByteChannel openChannel(FileNode file) throws CorruptException {
    return new ContentChannel(content(file));
  }

  /**
   * Opens the content of a regular file, from its start on, as {@link #openChannel} does.
   *
   * @return a stream for one thread; closing it leaves the tree's source open
   */
  public InputStream open(FileNode file) throws IOException {
    return new ContentInput(content(file));
  }

  private FileContent content(FileNode file) throws CorruptException {
    TocEntry entry = file.entry().orElse(null);
    if (entry != null && entry.type() == TocEntryType.HARDLINK) {
      throw new CorruptException(
          "a hard link to '" + entry.linkName() + "', which leads to no content", entry.location());
    }
    if (entry == null || entry.type() != TocEntryType.REGULAR) {
      throw new IllegalArgumentException("expected a regular file, found " + file);
    }
    return new FileContent(layers.get(file.layer()), file.layer(), entry, cache);
  }
}
