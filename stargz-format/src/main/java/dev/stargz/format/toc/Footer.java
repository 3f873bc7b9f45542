package dev.stargz.format.toc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.NotStargzException;
import dev.stargz.format.blob.RandomAccessSource.Tail;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.blob.UnsupportedException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The end of a blob: an empty gzip member whose extra field says where the TOC's member starts.
 *
 * <p>Two forms exist, 47 bytes (stargz, 2019) and 51 bytes (eStargz), and the readers of each
 * refuse the other. {@link #universal} gives both at once: 51 bytes of which the last 47 are a
 * footer of the first form. FORMAT.md, "Footer", has the byte table.
 *
 * @param tocOffset where the TOC's member starts, in bytes from the blob's start
 * @param size of the footer itself in bytes
 * @param universal whether it is of both forms at once
 */
public record Footer(long tocOffset, int size, boolean universal) {
  /** How many bytes of the blob's end {@link #parse} wants to see. */
  public static final int TAIL = 64;

  /** The size of the footer of 2019 in bytes. */
  public static final int STARGZ_SIZE = 47;

  private static final int ESTARGZ_SIZE = 51;
  private static final int XLEN_AT = 10;
  private static final int EXTRA_SIZE = 22;
  private static final String MAGIC = "STARGZ";

  /** Magic, CM 8, FLG FEXTRA, of the outer header and, in the MTIME field, of the inner one. */
  private static final String GZIP = "1f8b0804";

  private static final String XFL_OS = "00ff";

  /** The last block, stored and empty; CRC-32 and size are 0. */
  private static final String EMPTY = "010000ffff" + "0000000000000000";

  /** The 51 bytes that readers of both families take. */
  public static byte[] universal(long tocOffset) {
    return bytes(GZIP + GZIP + XFL_OS + "1a00" + "5347" + "1600", tocOffset);
  }

  /** The 47 bytes of 2019. */
  public static byte[] stargz(long tocOffset) {
    return bytes(GZIP + "00000000" + XFL_OS + "1600", tocOffset);
  }

  private static byte[] bytes(String header, long tocOffset) {
    String extra = String.format("%016x", tocOffset) + MAGIC;
    String hex = HexFormat.of().formatHex(extra.getBytes(ISO_8859_1));
    return HexFormat.of().parseHex(header + hex + EMPTY);
  }

  /**
   * Finds the footer in the end of a blob.
   *
   * @throws NotStargzException if there is none
   * @throws CorruptException if it points outside the blob
   * @throws UnsupportedException if it is that of a format which keeps its TOC in another way
   */
  public static Footer parse(Tail tail) throws StargzException {
    byte[] bytes = tail.bytes();
    OptionalLong of2019 = offsetIn(bytes, STARGZ_SIZE, "1600");
    OptionalLong offset = offsetIn(bytes, ESTARGZ_SIZE, "1a00" + "5347" + "1600");
    boolean universal = offset.isPresent() && of2019.isPresent();
    int size = ESTARGZ_SIZE;
    if (offset.isEmpty()) {
      offset = of2019;
      size = STARGZ_SIZE;
    }
    if (offset.isEmpty()) {
      throw notOurs(tail);
    }
    long tocOffset = offset.getAsLong();
    if (tocOffset < 0 || tocOffset >= tail.size() - size) {
      throw new CorruptException(
          "footer: expected a TOC offset below " + (tail.size() - size) + ", found " + tocOffset,
          Location.inBlob(tail.size() - size));
    }
    return new Footer(tocOffset, size, universal);
  }

  /** The offset in a footer of {@code size} bytes whose gzip header ends so, if there is one. */
  private static OptionalLong offsetIn(byte[] tail, int size, String lengths) {
    int start = tail.length - size;
    if (start < 0) {
      return OptionalLong.empty();
    }
    String footer = HexFormat.of().formatHex(tail, start, tail.length);
    boolean framed =
        footer.startsWith(GZIP)
            && footer.startsWith(lengths, 2 * XLEN_AT)
            && footer.endsWith(EMPTY);
    int extraAt = tail.length - EMPTY.length() / 2 - EXTRA_SIZE;
    String extra = new String(tail, extraAt, EXTRA_SIZE, ISO_8859_1);
    if (!framed || !extra.matches("[0-9a-f]{16}" + MAGIC)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseUnsignedLong(extra.substring(0, 16), 16));
  }

  /**
   * The name of a format that keeps its TOC in another way, if it is the one that a blob ends as:
   * what {@link #parse} finds unsupported.
   */
  public static Optional<String> otherFormat(Tail tail) {
    String end = new String(tail.bytes(), ISO_8859_1);
    if (end.contains("STARGZEXTERNALTOC")) {
      return Optional.of("an eStargz whose TOC is kept outside the blob");
    }
    return end.endsWith("GNUlInUx") ? Optional.of("a zstd:chunked blob") : Optional.empty();
  }

  private static StargzException notOurs(Tail tail) {
    Location location = Location.inBlob(Math.max(0, tail.size() - ESTARGZ_SIZE));
    Optional<String> other = otherFormat(tail);
    if (other.isPresent()) {
      boolean external = other.get().contains("outside");
      String advice = external ? "convert its source instead" : "convert it first";
      return new UnsupportedException(other.get() + "; " + advice, location);
    }
    String found =
        HexFormat.of()
            .formatHex(tail.bytes(), Math.max(0, tail.bytes().length - 8), tail.bytes().length);
    return new NotStargzException(
        "not a stargz: expected a footer of 51 or 47 bytes at its end, found other bytes (..."
            + found
            + ")",
        location);
  }
}
