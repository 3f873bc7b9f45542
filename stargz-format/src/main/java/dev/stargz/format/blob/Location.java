package dev.stargz.format.blob;

import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where in the input something was found: a tar entry, a byte position, or both.
 *
 * @param space what {@code position} counts in, for the reader of a message ("the tar", "the blob")
 * @param entry the tar or TOC entry, if one is known
 * @param position bytes from the start of that space, if known
 */
public record Location(String space, Optional<EntryName> entry, OptionalLong position) {
  /** A byte of the uncompressed tar, in the entry named {@code entry} if that is known. */
  public static Location inTar(@Nullable EntryName entry, long position) {
    return new Location("the tar", Optional.ofNullable(entry), OptionalLong.of(position));
  }

  /** A byte of the source as it was given, that is, before it is decompressed. */
  public static Location inSource(long position) {
    return new Location("the source", Optional.empty(), OptionalLong.of(position));
  }

  /** A byte of a seekable blob. */
  public static Location inBlob(long position) {
    return new Location("the blob", Optional.empty(), OptionalLong.of(position));
  }

  /** A byte of a seekable blob that belongs to an entry. */
  public static Location inBlob(EntryName entry, long position) {
    return new Location("the blob", Optional.of(entry), OptionalLong.of(position));
  }

  /** An entry of the TOC. */
  public static Location inToc(EntryName entry) {
    return new Location("the TOC", Optional.of(entry), OptionalLong.empty());
  }

  /** A character of the TOC's JSON. */
  public static Location inToc(long position) {
    return new Location("the TOC", Optional.empty(), OptionalLong.of(position));
  }

  /** The same place of a certain layer: its space is {@code "the tar of layer 'NAME'"}. */
  public Location inLayer(String layer) {
    return new Location(space + " of layer '" + layer + "'", entry, position);
  }

  /** As messages show it: {@code entry 'usr/bin/x' (byte 1024 of the tar)}. */
  @Override
  public String toString() {
    if (entry.isEmpty()) {
      return position.isEmpty() ? space : "byte " + position.getAsLong() + " of " + space;
    }
    String place = position.isEmpty() ? " of " : " (byte " + position.getAsLong() + " of ";
    return "entry '" + entry.get() + "'" + place + space + (position.isEmpty() ? "" : ")");
  }
}
