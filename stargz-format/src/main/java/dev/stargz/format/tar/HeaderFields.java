package dev.stargz.format.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.tar.TarBlock.Field;
import dev.stargz.format.tar.TarEntry.Extras;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.jspecify.annotations.Nullable;

/**
 * What a header block and the extensions before it mean together. GNU long names win over PAX
 * records, those over the block, as in the Go library that container engines unpack with.
 *
 * <p>All methods throw {@link IllegalArgumentException} on a value that is none and {@link
 * UnsupportedOperationException} on one that we can't handle; {@link TarReader} adds where.
 */
final class HeaderFields {
  private static final String SCHILY_XATTR = "SCHILY.xattr.";
  private static final int BASE_256 = 0x80;
  private static final int SIGN = 0x40;
  private static final String LIBARCHIVE_XATTR = "LIBARCHIVE.xattr.";

  private final byte[] block;
  private final PaxRecords pax;
  private final @Nullable EntryName longName;
  private final @Nullable EntryName longLinkName;
  private final Map<String, String> ownerNames;

  /**
   * Takes the parts of a header; {@code ownerNames} keeps one copy of each name for all entries.
   */
  HeaderFields(
      byte[] block,
      PaxRecords pax,
      @Nullable EntryName longName,
      @Nullable EntryName longLinkName,
      Map<String, String> ownerNames) {
    this.ownerNames = ownerNames;
    this.block = block;
    this.pax = pax;
    this.longName = longName;
    this.longLinkName = longLinkName;
  }

  /** The entry, of that kind, name and size: those of a sparse file aren't in its block. */
  TarEntry entry(long position, EntryKind kind, EntryName name, long size, Extras extras) {
    boolean device = kind == EntryKind.CHARACTER_DEVICE || kind == EntryKind.BLOCK_DEVICE;
    boolean link = kind == EntryKind.HARDLINK || kind == EntryKind.SYMLINK;
    boolean named = TarBlock.isUstar(block) || TarBlock.isGnu(block);
    return new TarEntry(
        position,
        kind,
        block[TarBlock.TYPEFLAG],
        name,
        link ? linkName() : EntryName.ROOT,
        size,
        number(block, TarBlock.MODE),
        number("uid", TarBlock.UID),
        number("gid", TarBlock.GID),
        text("uname", named ? TarBlock.USER_NAME : null),
        text("gname", named ? TarBlock.GROUP_NAME : null),
        pax.find("mtime").map(PaxTime::floorSeconds).orElseGet(this::headerTime),
        device && named ? number(block, TarBlock.DEV_MAJOR) : 0,
        device && named ? number(block, TarBlock.DEV_MINOR) : 0,
        xattrs(),
        extras);
  }

  /** The kind of an entry of that name. */
  EntryKind kind(EntryName name) {
    return EntryKind.of(block[TarBlock.TYPEFLAG], name.endsWithSlash());
  }

  /** The stored name: GNU's long one, PAX {@code path}, or name and prefix of the block. */
  EntryName name() {
    EntryName name =
        longName != null
            ? longName
            : pax.find("path").map(value -> withoutNul("path", value)).orElseGet(this::blockName);
    return notTooLong("name", name);
  }

  private static EntryName notTooLong(String what, EntryName name) {
    if (name.length() > TarReader.MAX_NAME) {
      throw new UnsupportedOperationException(
          "a "
              + what
              + " of "
              + name.length()
              + " bytes: no system takes more than "
              + TarReader.MAX_NAME);
    }
    return name;
  }

  private EntryName blockName() {
    EntryName name = field(TarBlock.NAME);
    Field prefix = TarBlock.isStar(block) ? TarBlock.STAR_PREFIX : TarBlock.PREFIX;
    if (!TarBlock.isUstar(block) || block[prefix.offset()] == 0) {
      return name;
    }
    return field(prefix).resolve(name);
  }

  private EntryName linkName() {
    EntryName target =
        longLinkName != null
            ? longLinkName
            : pax.find("linkpath")
                .map(value -> withoutNul("linkpath", value))
                .orElseGet(() -> field(TarBlock.LINK_NAME));
    return notTooLong("link target", target);
  }

  private EntryName field(Field field) {
    return EntryName.of(block, field.offset(), TarBlock.textEnd(block, field));
  }

  /** Bytes of payload as stored. */
  long size() {
    long size = number("size", TarBlock.FILE_SIZE);
    if (size < 0) {
      throw new IllegalArgumentException("size: expected 0 or more bytes, found " + size);
    }
    return size;
  }

  /** The extras that the records tell; whether it is sparse the caller knows. */
  Extras extras(boolean sparse) {
    boolean libarchiveOnly = pax.hasPrefix(LIBARCHIVE_XATTR) && !pax.hasPrefix(SCHILY_XATTR);
    return new Extras(sparse, libarchiveOnly, false);
  }

  private long headerTime() {
    try {
      return number(block, TarBlock.MTIME);
    } catch (IllegalArgumentException e) {
      if (block[TarBlock.MTIME.offset()] < 0) { // base 256, beyond 64 bits: an end of time
        return (block[TarBlock.MTIME.offset()] & SIGN) != 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
      }
      throw e;
    }
  }

  private long number(String key, Field field) {
    return pax.find(key).map(value -> paxNumber(key, value)).orElseGet(() -> number(block, field));
  }

  private static long paxNumber(String key, byte[] value) {
    try {
      return Long.parseLong(new String(value, ISO_8859_1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("PAX " + key + ": expected a decimal number", e);
    }
  }

  /** A number in octal or, if the highest bit of the field is set, in base 256. */
  static long number(byte[] block, Field field) {
    return block[field.offset()] < 0 ? base256(block, field) : octal(block, field);
  }

  private static long octal(byte[] block, Field field) {
    try {
      return TarUtils.parseOctal(block, field.offset(), field.length());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "bytes "
              + field.offset()
              + " to "
              + (field.end() - 1)
              + " of the header: expected an octal number, found '"
              + RawHeader.excerpt(block, field.offset(), field.length())
              + "'",
          e);
    }
  }

  /** Two's complement, the sign in the bit below the one that says base 256. */
  private static long base256(byte[] block, Field field) {
    byte[] bytes = Arrays.copyOfRange(block, field.offset(), field.end());
    if ((bytes[0] & SIGN) == 0) {
      bytes[0] = (byte) (bytes[0] & ~BASE_256);
    }
    try {
      return new BigInteger(bytes).longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("a number of more than 64 bits", e);
    }
  }

  private String text(String key, @Nullable Field field) {
    Function<byte[], EntryName> whole = value -> withoutNul(key, value);
    EntryName name =
        pax.find(key).map(whole).orElseGet(() -> field == null ? EntryName.ROOT : field(field));
    return ownerNames.computeIfAbsent(name.text(), text -> text);
  }

  /** A name in PAX records that stands for that of the entry. */
  static EntryName checkedName(String key, byte[] value) {
    return notTooLong("name", withoutNul(key, value));
  }

  private static EntryName withoutNul(String key, byte[] value) {
    for (byte b : value) {
      if (b == 0) {
        throw new IllegalArgumentException("PAX " + key + ": expected no NUL byte in it");
      }
    }
    return EntryName.of(value);
  }

  private SortedMap<String, byte[]> xattrs() {
    if (!pax.hasPrefix(SCHILY_XATTR)) {
      return Collections.emptySortedMap();
    }
    SortedMap<String, byte[]> xattrs = new TreeMap<>();
    Set<String> keys = new HashSet<>();
    for (PaxRecords.PaxRecord pax : pax.all()) {
      if (pax.key().startsWith(SCHILY_XATTR)) {
        byte[] name = pax.key().substring(SCHILY_XATTR.length()).getBytes(ISO_8859_1);
        String readable = EntryName.of(name).text();
        if (xattrs.put(readable, pax.value()) != null && keys.add(pax.key())) {
          throw new UnsupportedOperationException(
              "two extended attributes that are no UTF-8 read alike: " + readable);
        }
        keys.add(pax.key());
      }
    }
    return xattrs;
  }
}
