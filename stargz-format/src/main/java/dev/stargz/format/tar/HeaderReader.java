package dev.stargz.format.tar;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.UnsupportedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.jspecify.annotations.Nullable;

/** Reads what stands before a payload: extensions and a header block, or the archive's end. */
final class HeaderReader {
  private static final int EXCERPT = 16;

  private final TarInput input;
  private final RawHeader raw = new RawHeader();
  private final byte[] block = new byte[TarBlock.SIZE];
  private PaxRecords pax = PaxRecords.NONE;
  private @Nullable EntryName longName;
  private @Nullable EntryName longLinkName;
  private final Map<String, String> ownerNames = new HashMap<>();
  private boolean dataBehindEnd;
  private long end;

  HeaderReader(TarInput input) {
    this.input = input;
  }

  /**
   * Reads up to and including the next header block that is no extension.
   *
   * @return false at the archive's end, with everything behind it read
   */
  boolean read() throws IOException {
    raw.clear();
    pax = PaxRecords.NONE;
    longName = null;
    longLinkName = null;
    while (readBlock()) {
      switch (block[TarBlock.TYPEFLAG]) {
        case 'x' -> pax = readRecords("a PAX header");
        case 'L' -> longName = readName("a GNU long name");
        case 'K' -> longLinkName = readName("a GNU long link name");
        case 'g' -> {
          pax = readRecords("a global PAX header");
          return true;
        }
        default -> {
          raw.add(block, 0);
          return true;
        }
      }
    }
    return false;
  }

  /** The header blocks as they came. */
  RawHeader raw() {
    return raw;
  }

  /** The entry's own block. */
  byte[] block() {
    return block;
  }

  /** The PAX records for the entry, or the global ones if it is a global header. */
  PaxRecords pax() {
    return pax;
  }

  /** What the blocks mean together. */
  HeaderFields fields() {
    boolean global = block[TarBlock.TYPEFLAG] == 'g';
    return new HeaderFields(
        block, global ? PaxRecords.NONE : pax, longName, longLinkName, ownerNames);
  }

  /** Whether other bytes than zeros stand behind the archive's end. */
  boolean dataBehindEnd() {
    return dataBehindEnd;
  }

  /** At the archive's end: where the last entry ended. */
  long end() {
    return end;
  }

  /** Reads a block and checks its sum; false at the end of the archive. */
  private boolean readBlock() throws IOException {
    long at = input.position();
    int n = input.readUpTo(block, 0, TarBlock.SIZE);
    boolean zero = n == TarBlock.SIZE && TarBlock.isZero(block, n);
    if (n == 0 || zero) {
      if (!raw.isEmpty()) {
        throw new CorruptException("the archive ends between an extension and its entry", at(at));
      }
      end = at;
      if (zero) {
        readEnd(at);
      }
      return false;
    }
    if (n < TarBlock.SIZE) {
      throw new CorruptException(
          "the archive ends inside a header block: expected 512 bytes, found " + n, at(at));
    }
    if (!hasRightSum()) {
      throw new CorruptException(
          "not a tar header, its checksum is wrong: it starts with '"
              + RawHeader.excerpt(block, 0, EXCERPT)
              + "'; expected a tar, a tar.gz or a tar.zst",
          at(at));
    }
    return true;
  }

  private boolean hasRightSum() {
    try {
      return TarUtils.verifyCheckSum(block);
    } catch (IllegalArgumentException e) {
      return false; // the field holds no number
    }
  }

  /** Behind a first zero block: expects a second one or the end, then reads all the rest. */
  private void readEnd(long at) throws IOException {
    int second = input.readUpTo(block, 0, TarBlock.SIZE);
    if (!TarBlock.isZero(block, second)) {
      throw new CorruptException(
          "a lone zero block with data behind it: expected two at the archive's end", at(at));
    }
    byte[] rest = new byte[16 * TarBlock.SIZE];
    byte[] zeros = new byte[rest.length];
    int n;
    while ((n = input.readUpTo(rest, 0, rest.length)) > 0) {
      dataBehindEnd |= !Arrays.equals(rest, 0, n, zeros, 0, n);
    }
  }

  private PaxRecords readRecords(String part) throws IOException {
    int size = readExtension(part);
    try {
      return PaxRecords.parse(raw.bytes(), raw.lastPayload(), raw.lastPayload() + size);
    } catch (IllegalArgumentException e) {
      throw new CorruptException(String.valueOf(e.getMessage()), at(input.position()), e);
    }
  }

  /** Reads a long name; an empty one means that the entry has none. */
  private @Nullable EntryName readName(String part) throws IOException {
    int size = readExtension(part);
    int from = raw.lastPayload();
    int end = from;
    while (end < from + size && raw.bytes()[end] != 0) {
      end++;
    }
    return end == from ? null : EntryName.of(raw.bytes(), from, end);
  }

  /** Takes an extension's block and payload into the raw header; returns the payload's size. */
  private int readExtension(String part) throws IOException {
    long at = input.position() - TarBlock.SIZE;
    long size = sizeOf(part, at);
    int padded = (int) size + TarBlock.padding(size);
    if (raw.length() + padded > RawHeader.MAX_LENGTH) {
      throw new UnsupportedException(
          "extensions of one entry take more than " + RawHeader.MAX_LENGTH + " bytes", at(at));
    }
    int from = raw.add(block, padded);
    input.readFully(raw.bytes(), from, padded, part, longName);
    return (int) size;
  }

  private long sizeOf(String part, long at) throws IOException {
    long size;
    try {
      size = HeaderFields.number(block, TarBlock.FILE_SIZE);
    } catch (IllegalArgumentException e) {
      throw new CorruptException("size of " + part + ": " + e.getMessage(), at(at), e);
    }
    if (size < 0) {
      throw new CorruptException("size of " + part + ": expected 0 or more, found " + size, at(at));
    }
    if (size > TarReader.MAX_EXTENSION) {
      throw new UnsupportedException(
          part
              + " of "
              + size
              + " bytes: at most "
              + TarReader.MAX_EXTENSION
              + " are read (16 MiB, if the JVM has a heap of 512 MiB, -Xmx)",
          at(at));
    }
    return size;
  }

  private Location at(long position) {
    return Location.inTar(longName, position);
  }
}
