package dev.stargz.format.deflate;

import java.util.Random;

/** Inputs made of pieces of what was before, at random distances, with noise between them. */
final class Repeats {
  private Repeats() {}

  /** An input of {@code size} bytes with up to {@code values} values in its noise. */
  static byte[] of(Random random, int size, int values) {
    byte[] bytes = new byte[size];
    for (int at = 0; at < bytes.length; ) {
      int n = Math.min(bytes.length - at, 1 + random.nextInt(1 << random.nextInt(10)));
      int distance = at == 0 ? 0 : random.nextInt(Math.min(at, 1 << random.nextInt(17)) + 1);
      for (int end = at + n; at < end; at++) {
        bytes[at] = distance == 0 ? (byte) random.nextInt(values) : bytes[at - distance];
      }
    }
    return bytes;
  }

  /** An input of short runs of bytes, and of patterns of a few bytes, with noise between them. */
  static byte[] ofRuns(Random random, int size) {
    byte[] bytes = new byte[size];
    for (int at = 0; at < bytes.length; ) {
      int period = 1 + random.nextInt(1 + random.nextInt(4));
      int pattern = random.nextInt(1 + size / 60) * 0x01030507;
      for (int left = random.nextInt(40); left > 0 && at < bytes.length; left--) {
        bytes[at++] = (byte) (pattern >>> (8 * (left % period)));
      }
      for (int left = random.nextInt(4); left > 0 && at < bytes.length; left--) {
        bytes[at++] = (byte) random.nextInt();
      }
    }
    return bytes;
  }

  /** An input of any size up to 128 KiB, small ones as often as large ones. */
  static byte[] any(Random random) {
    return of(random, 1 + random.nextInt(1 << random.nextInt(18)), 1 + random.nextInt(256));
  }
}
