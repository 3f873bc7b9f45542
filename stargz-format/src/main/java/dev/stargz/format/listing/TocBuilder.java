package dev.stargz.format.listing;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.tar.EntryKind;
import dev.stargz.format.tar.TarEntry;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes a TOC of tar entries, seen once in their order: one entry a path, as an unpacker would
 * leave it, each hard link behind its content. FORMAT.md, "One entry a path".
 *
 * <p>Memory: about 500 bytes for each tar entry, and 100 for each further chunk.
 */
public final class TocBuilder {
  private final long chunkSize;
  private final List<TocDraft> drafts = new ArrayList<>();
  private final LayerPaths paths = new LayerPaths();

  /** Makes a TOC of files cut into chunks of {@code chunkSize} bytes. */
  public TocBuilder(long chunkSize) {
    this.chunkSize = chunkSize;
  }

  /**
   * Adds the next tar entry.
   *
   * @param symlinkAbove learns of a symbolic link of the layer that the entry lies below
   * @return takes the chunks of the entry's payload
   * @throws StargzException if the entry can't be unpacked after those before it
   */
  public TocDraft add(TarEntry entry, Consumer<EntryName> symlinkAbove) throws StargzException {
    TocDraft draft = new TocDraft(drafts.size(), entry, entry.name().cleaned());
    Optional<TocDraft> symlink = paths.put(draft);
    drafts.add(draft);
    symlink.ifPresent(link -> symlinkAbove.accept(link.entry().name()));
    return draft;
  }

  /**
   * Settles which entries stand in the TOC. After this, entries can be had any number of times; the
   * places of chunks must be known by then.
   *
   * @param dangling learns of each hard link whose target is not in the layer
   * @throws StargzException if a hard link goes to a directory
   */
  public Iterable<TocEntry> build(Consumer<TarEntry> dangling) throws StargzException {
    for (TocDraft draft : drafts) {
      if (draft.bound && draft.origin == null) {
        paths.resolveLate(draft);
        if (draft.origin == null) {
          dangling.accept(draft.entry());
        }
      }
    }
    for (TocDraft draft : drafts) {
      TocDraft origin = draft.origin;
      if (draft.bound && origin != null && origin.canonical == null) {
        origin.canonical = origin.bound ? origin : draft;
      }
    }
    return new TocListing(drafts, new ReadableNames(paths.all()), chunkSize);
  }

  /** The TOC's word for a kind of tar entry. */
  static TocEntryType type(EntryKind kind) {
    return switch (kind) {
      case REGULAR -> TocEntryType.REGULAR;
      case HARDLINK -> TocEntryType.HARDLINK;
      case SYMLINK -> TocEntryType.SYMLINK;
      case CHARACTER_DEVICE -> TocEntryType.CHARACTER_DEVICE;
      case BLOCK_DEVICE -> TocEntryType.BLOCK_DEVICE;
      case DIRECTORY -> TocEntryType.DIRECTORY;
      case FIFO -> TocEntryType.FIFO;
      case GLOBAL_RECORDS, UNSUPPORTED ->
          throw new IllegalArgumentException(kind + " has no place in a TOC");
    };
  }
}
