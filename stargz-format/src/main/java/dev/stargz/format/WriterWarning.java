package dev.stargz.format;

import dev.stargz.format.blob.EntryName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that a writer's caller may want to know of an input that it converted.
 *
 * @param kind what it is about
 * @param entry the tar entry, if it is about one
 * @param message for people, the entry's name included
 */
public record WriterWarning(Kind kind, Optional<EntryName> entry, String message) {
  /** What a warning is about. */
  public enum Kind {
    /** An entry of the source had a name that belongs to the format; it was dropped. */
    RESERVED_NAME_DROPPED,
    /** An entry of a type that nothing unpacks was dropped, as asked for. */
    UNSUPPORTED_DROPPED,
    /** Global PAX records were kept in the tar; the TOC doesn't show them. */
    GLOBAL_RECORDS,
    /** Extended attributes came in a form that container engines don't read. */
    LIBARCHIVE_XATTRS,
    /** A hard link's target is not in the layer: other readers refuse such a layer. */
    DANGLING_HARDLINK,
    /** An entry lies below a symbolic link of the same layer. */
    BELOW_SYMLINK,
    /** A prioritized file is not in the layer. */
    PRIORITIZED_MISSING,
    /** A prioritized file stayed where it was: moving it would change what is unpacked. */
    PRIORITIZED_NOT_MOVED,
    /** Merging layers: an entry lay below a whiteout, which is no directory; it was dropped. */
    BELOW_WHITEOUT_DROPPED,
    /** Bytes behind the archive's end were dropped. */
    DATA_BEHIND_END,
    /** There were more warnings than are kept. */
    MORE
  }

  static WriterWarning of(Kind kind, @Nullable EntryName entry, String message) {
    return new WriterWarning(kind, Optional.ofNullable(entry), message);
  }

  /** The message. */
  @Override
  public String toString() {
    return message;
  }
}
