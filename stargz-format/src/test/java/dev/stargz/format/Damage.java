package dev.stargz.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** What becomes of bytes that are not what they were. */
final class Damage {
  private static final int BLOCK = 512;

  private Damage() {}

  /** A copy with one byte changed. */
  static byte[] flip(byte[] bytes, int at, int mask) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= (byte) mask;
    return flipped;
  }

  /** A copy with one byte of a tar changed, and the sum of the header block that it is in. */
  static byte[] flipInHeader(byte[] tar, int at, int mask) {
    byte[] flipped = flip(tar, at, mask);
    int block = at / BLOCK * BLOCK;
    Arrays.fill(flipped, block + 148, block + 156, (byte) ' ');
    int sum = 0;
    for (int i = block; i < block + BLOCK; i++) {
      sum += flipped[i] & 0xff;
    }
    byte[] digits = String.format("%06o\0 ", sum).getBytes(ISO_8859_1);
    System.arraycopy(digits, 0, flipped, block + 148, digits.length);
    return flipped;
  }

  /**
   * All that a reader shows of a blob, every byte of every file; none if it refuses the blob or a
   * file with an exception of the library's own. Other exceptions come through.
   */
  static Optional<String> read(byte[] blob, Optional<Digest> tocDigest) throws IOException {
    RandomAccessSource source = RandomAccessSource.of(blob);
    try (StargzReader reader =
        tocDigest.isPresent()
            ? StargzReader.open(source, tocDigest.get())
            : StargzReader.open(source)) {
      return Optional.of(show(reader));
    } catch (StargzException e) {
      return Optional.empty();
    }
  }

  /** All that a reader shows. */
  static String show(StargzReader reader) throws IOException {
    StringBuilder shown = new StringBuilder();
    for (TocEntry entry : reader.toc().entries()) {
      if (entry.type() != TocEntryType.CHUNK) {
        shown.append(entry).append(' ').append(entry.readableName());
        shown.append(' ').append(entry.linkName()).append(' ').append(entry.mode());
        shown.append(' ').append(entry.uid()).append(' ').append(entry.gid());
        shown.append(' ').append(entry.userName()).append(' ').append(entry.groupName());
        shown.append(' ').append(entry.modTime()).append(' ').append(entry.devMajor());
        shown.append(' ').append(entry.devMinor());
        entry.xattrs().forEach((key, value) -> shown.append(key).append(Arrays.toString(value)));
        TocEntry file = reader.find(entry.name()).orElseThrow();
        if (file.type() == TocEntryType.REGULAR) {
          shown.append(new String(reader.open(file).readAllBytes(), ISO_8859_1));
        }
        shown.append('\n');
      }
    }
    return shown.toString();
  }
}
