package dev.stargz.format.tar;

import dev.stargz.format.blob.EntryName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The blocks in front of a payload as they came: extensions, then the entry's own header block.
 *
 * <p>Memory: about twice the largest header of the archive, at most twice {@link #MAX_LENGTH}.
 */
final class RawHeader {
  /** Bytes of extensions that one entry may have. */
  static final int MAX_LENGTH = 3 * TarReader.MAX_EXTENSION;

  /** A header block and what belongs to it: {@code bytes[from, to)}. */
  private record Part(byte typeflag, int from, int to) {}

  /** A text that stands in the header block or in an extension. */
  record Text(TarBlock.Field field, byte gnuTypeflag, String paxKey) {
    static final Text NAME = new Text(TarBlock.NAME, (byte) 'L', "path");
    static final Text LINK_NAME = new Text(TarBlock.LINK_NAME, (byte) 'K', "linkpath");
  }

  private byte[] bytes = new byte[4 * TarBlock.SIZE];
  private int length;
  private final List<Part> parts = new ArrayList<>(3);

  void clear() {
    length = 0;
    parts.clear();
    if (bytes.length > 1 << 20) {
      bytes = new byte[4 * TarBlock.SIZE];
    }
  }

  /** Appends a header block and room for {@code more} bytes; returns where that room starts. */
  int add(byte[] block, int more) {
    int from = length;
    length += TarBlock.SIZE + more;
    if (length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length, bytes.length + (bytes.length >> 1)));
    }
    System.arraycopy(block, 0, bytes, from, TarBlock.SIZE);
    parts.add(new Part(block[TarBlock.TYPEFLAG], from, length));
    return from + TarBlock.SIZE;
  }

  /** The blocks; valid up to {@link #length()}, until the next entry is read. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Where the payload of the extension that was added last starts. */
  int lastPayload() {
    return parts.get(parts.size() - 1).from() + TarBlock.SIZE;
  }

  boolean isEmpty() {
    return length == 0;
  }

  /**
   * Turns the header of a sparse file into that of a regular file of {@code realSize} bytes: the
   * entry's own block gets typeflag 0, the size, and no map; PAX records about sparseness and size
   * go, {@code path} takes the name they hid; all else stays.
   *
   * @param name the name that only sparse records told, if they did
   */
  void expand(long realSize, PaxRecords pax, Optional<EntryName> name) {
    byte[] old = Arrays.copyOf(bytes, length);
    List<Part> oldParts = List.copyOf(parts);
    clear();
    Part own = oldParts.get(oldParts.size() - 1);
    for (Part part : oldParts) {
      byte[] block = Arrays.copyOfRange(old, part.from(), part.from() + TarBlock.SIZE);
      if (part.equals(own)) {
        name.ifPresent(hidden -> putName(block, hidden));
        add(expandedBlock(block, realSize), 0);
      } else if (part.typeflag() == 'x') {
        addRecords(block, expandedRecords(pax, name));
      } else if (part.typeflag() != 'L' || name.isEmpty()) {
        copy(old, part);
      }
    }
  }

  /** Puts another text into the block, and into {@code pax} if it is too long for the block. */
  void replace(Text text, EntryName value, PaxRecords pax) {
    byte[] old = Arrays.copyOf(bytes, length);
    List<Part> oldParts = List.copyOf(parts);
    clear();
    boolean fits = value.length() <= text.field.length();
    PaxRecords others = pax.without(key -> key.equals(text.paxKey));
    PaxRecords records = fits ? others : others.with(text.paxKey, value.bytes());
    if (oldParts.stream().noneMatch(part -> part.typeflag() == 'x')) {
      byte[] block = TarBlock.plainHeader("PaxHeader", 0);
      block[TarBlock.TYPEFLAG] = 'x';
      addRecords(block, records);
    }
    for (Part part : oldParts) {
      byte[] block = Arrays.copyOfRange(old, part.from(), part.from() + TarBlock.SIZE);
      if (part.equals(oldParts.get(oldParts.size() - 1))) {
        putText(block, text, value);
        add(block, 0);
      } else if (part.typeflag() == 'x') {
        addRecords(block, records);
      } else if (part.typeflag() != text.gnuTypeflag) {
        copy(old, part);
      }
    }
  }

  private void copy(byte[] from, Part part) {
    int more = part.to() - part.from() - TarBlock.SIZE;
    int at = add(Arrays.copyOfRange(from, part.from(), part.from() + TarBlock.SIZE), more);
    System.arraycopy(from, part.to() - more, bytes, at, more);
  }

  private static void putText(byte[] block, Text text, EntryName value) {
    byte[] name = value.bytes();
    Arrays.fill(block, text.field.offset(), text.field.end(), (byte) 0);
    System.arraycopy(
        name, 0, block, text.field.offset(), Math.min(name.length, text.field.length()));
    if (text.equals(Text.NAME) && TarBlock.isUstar(block)) { // GNU has other fields there
      TarBlock.Field prefix = TarBlock.isStar(block) ? TarBlock.STAR_PREFIX : TarBlock.PREFIX;
      Arrays.fill(block, prefix.offset(), prefix.end(), (byte) 0);
    }
    TarBlock.putChecksum(block);
  }

  private static byte[] expandedBlock(byte[] block, long realSize) {
    if (block[TarBlock.TYPEFLAG] == 'S') {
      Arrays.fill(block, TarBlock.GNU_SPARSE.offset(), TarBlock.GNU_REAL_SIZE.end(), (byte) 0);
      block[TarBlock.TYPEFLAG] = '0';
    }
    TarBlock.putNumber(block, TarBlock.FILE_SIZE, realSize);
    TarBlock.putChecksum(block);
    return block;
  }

  private static PaxRecords expandedRecords(PaxRecords pax, Optional<EntryName> name) {
    PaxRecords kept = pax.without(key -> key.startsWith("GNU.sparse.") || key.equals("size"));
    return name.map(hidden -> kept.without(key -> key.equals("path")).with("path", hidden.bytes()))
        .orElse(kept);
  }

  private void addRecords(byte[] block, PaxRecords records) {
    byte[] payload = records.encode();
    if (payload.length == 0) {
      return;
    }
    TarBlock.putNumber(block, TarBlock.FILE_SIZE, payload.length);
    TarBlock.putChecksum(block);
    int padding = TarBlock.padding(payload.length);
    int at = add(block, payload.length + padding);
    System.arraycopy(payload, 0, bytes, at, payload.length);
    Arrays.fill(bytes, at + payload.length, length, (byte) 0);
  }

  /** Puts as much of the name as fits into the block, for readers that know no PAX records. */
  private static void putName(byte[] block, EntryName name) {
    byte[] bytes = name.bytes();
    Arrays.fill(block, TarBlock.NAME.offset(), TarBlock.NAME.end(), (byte) 0);
    System.arraycopy(bytes, 0, block, 0, Math.min(bytes.length, TarBlock.NAME.length()));
    Arrays.fill(block, TarBlock.PREFIX.offset(), TarBlock.PREFIX.end(), (byte) 0);
  }

  /** Bytes as text, to show what stands where something else should. */
  static String excerpt(byte[] block, int offset, int length) {
    String text = new String(block, offset, length, StandardCharsets.ISO_8859_1);
    return text.replaceAll("[^ -~]", ".");
  }
}
