package dev.stargz.format.deflate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One piece of an input, with zeros behind it: so near the end nothing is read otherwise than
 * before, and what is read depends on the piece alone. Most inputs are one piece.
 */
final class Window {
  /**
   * The longest piece, 8 MiB: twice the usual chunk, so members of that size are whole. It bounds
   * what an encoder holds of a member of hundreds of MiB.
   */
  static final int MAX_LENGTH = 8 << 20;

  /** How far behind the end bytes may be read. */
  static final int PADDING = 2 * Long.BYTES;

  /** Its array grows in such steps, so that the next one often fits as well. */
  private static final int STEP = 1 << 18;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[1 << 16];
  private int end;

  /** Takes a copy of a piece, of up to {@link #MAX_LENGTH} bytes. */
  void load(byte[] input, int offset, int length) {
    if (bytes.length < length + PADDING) {
      bytes = new byte[(length + PADDING + STEP - 1) / STEP * STEP];
    }
    System.arraycopy(input, offset, bytes, 0, length);
    Arrays.fill(bytes, length, length + PADDING, (byte) 0);
    end = length;
  }

  /** The piece from index 0 on. */
  byte[] bytes() {
    return bytes;
  }

  /** Where the piece ends. */
  int end() {
    return end;
  }

  /** The eight bytes from {@code at} on, the first the lowest. */
  static long longAt(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  /** The four bytes from {@code at} on, the first the lowest. */
  static int intAt(byte[] bytes, int at) {
    return (int) INTS.get(bytes, at);
  }

  /** How many bytes from {@code a} and {@code b} on are equal, {@code limit} at most. */
  static int common(byte[] bytes, int a, int b, int limit) {
    int n = 0;
    while (n < limit) {
      long difference = longAt(bytes, a + n) ^ longAt(bytes, b + n);
      if (difference != 0) {
        return Math.min(limit, n + (Long.numberOfTrailingZeros(difference) >>> 3));
      }
      n += Long.BYTES;
    }
    return limit;
  }
}
