package dev.stargz.format.tar;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * The 512-byte header block: where its fields are, and how they are written.
 *
 * <pre>
 *   0 name 100 | 100 mode 8 | 108 uid 8 | 116 gid 8 | 124 size 12 | 136 mtime 12 | 148 checksum 8
 *   156 typeflag 1 | 157 linkname 100 | 257 magic 6 | 263 version 2 | 265 uname 32 | 297 gname 32
 *   329 devmajor 8 | 337 devminor 8 | 345 prefix 155 (ustar) or 131 (star)
 *   GNU: 345 atime 12 | 357 ctime 12 | 386 sparse map 96 | 482 extended 1 | 483 real size 12
 * </pre>
 */
public final class TarBlock {
  /** Bytes in a block. */
  public static final int SIZE = 512;

  record Field(int offset, int length) {
    int end() {
      return offset + length;
    }
  }

  static final Field NAME = new Field(0, 100);
  static final Field MODE = new Field(100, 8);
  static final Field UID = new Field(108, 8);
  static final Field GID = new Field(116, 8);
  static final Field FILE_SIZE = new Field(124, 12);
  static final Field MTIME = new Field(136, 12);
  static final Field CHECKSUM = new Field(148, 8);
  static final int TYPEFLAG = 156;
  static final Field LINK_NAME = new Field(157, 100);
  static final int MAGIC = 257;
  static final Field USER_NAME = new Field(265, 32);
  static final Field GROUP_NAME = new Field(297, 32);
  static final Field DEV_MAJOR = new Field(329, 8);
  static final Field DEV_MINOR = new Field(337, 8);
  static final Field PREFIX = new Field(345, 155);
  static final Field STAR_PREFIX = new Field(345, 131);
  static final int STAR_TRAILER = 508;
  static final Field GNU_SPARSE = new Field(386, 96);
  static final int GNU_EXTENDED = 482;
  static final Field GNU_REAL_SIZE = new Field(483, 12);

  private static final byte[] USTAR = {'u', 's', 't', 'a', 'r', 0};
  private static final byte[] GNU = {'u', 's', 't', 'a', 'r', ' ', ' ', 0};
  private static final byte[] STAR = {'t', 'a', 'r', 0};
  private static final byte[] ZEROS = new byte[SIZE];

  private TarBlock() {}

  /** The number of bytes that fill the last block of {@code size} bytes. */
  public static int padding(long size) {
    return (int) (-size & (SIZE - 1));
  }

  static boolean isZero(byte[] block, int length) {
    return Arrays.equals(block, 0, length, ZEROS, 0, length);
  }

  static boolean isUstar(byte[] block) {
    return startsWith(block, MAGIC, USTAR);
  }

  static boolean isGnu(byte[] block) {
    return startsWith(block, MAGIC, GNU);
  }

  static boolean isStar(byte[] block) {
    return isUstar(block) && startsWith(block, STAR_TRAILER, STAR);
  }

  private static boolean startsWith(byte[] block, int at, byte[] magic) {
    return Arrays.equals(block, at, at + magic.length, magic, 0, magic.length);
  }

  /** The end of the text that starts at {@code field}: its first NUL or the field's end. */
  static int textEnd(byte[] block, Field field) {
    int end = field.offset();
    while (end < field.end() && block[end] != 0) {
      end++;
    }
    return end;
  }

  /** Writes {@code value} in octal, or in base 256 where octal has no room. */
  static void putNumber(byte[] block, Field field, long value) {
    TarUtils.formatLongOctalOrBinaryBytes(value, block, field.offset(), field.length());
  }

  static void putChecksum(byte[] block) {
    Arrays.fill(block, CHECKSUM.offset(), CHECKSUM.end(), (byte) ' ');
    long sum = TarUtils.computeCheckSum(block);
    TarUtils.formatCheckSumOctalBytes(sum, block, CHECKSUM.offset(), CHECKSUM.length());
  }

  /**
   * The header of a regular file that the writer itself adds (TOC, landmark): mode, owner and mtime
   * 0, ustar format.
   *
   * @param name at most 100 ASCII characters
   * @param size of the payload in bytes
   */
  public static byte[] plainHeader(String name, long size) {
    byte[] block = new byte[SIZE];
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, block, NAME.offset(), bytes.length);
    for (Field field : new Field[] {MODE, UID, GID, MTIME, DEV_MAJOR, DEV_MINOR}) {
      putNumber(block, field, 0);
    }
    putNumber(block, FILE_SIZE, size);
    block[TYPEFLAG] = '0';
    System.arraycopy(USTAR, 0, block, MAGIC, USTAR.length);
    Arrays.fill(block, MAGIC + USTAR.length, MAGIC + USTAR.length + 2, (byte) '0');
    putChecksum(block);
    return block;
  }
}
