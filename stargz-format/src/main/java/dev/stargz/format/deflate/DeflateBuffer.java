package dev.stargz.format.deflate;

import java.util.Arrays;

/** A growing array that an encoder appends to; it keeps its memory for the next use. */
public final class DeflateBuffer {
  private byte[] bytes = new byte[1 << 16];
  private int length;

  /** Creates an empty buffer. */
  public DeflateBuffer() {}

  /** The array; bytes up to {@link #length()} are valid, until the next call that appends. */
  public byte[] array() {
    return bytes;
  }

  /** The number of bytes appended. */
  public int length() {
    return length;
  }

  /** Makes room for {@code more} bytes behind {@link #length()}. */
  public void reserve(int more) {
    if (bytes.length - length < more) {
      long half = bytes.length + (long) (bytes.length >> 1);
      bytes = Arrays.copyOf(bytes, (int) Math.min(1 << 30, Math.max(half, length + (long) more)));
    }
  }

  /** Takes {@code n} bytes as appended that were put into the array at {@link #length()}. */
  public void advance(int n) {
    length += n;
  }

  /** Appends bytes. */
  public void append(byte[] source, int offset, int n) {
    reserve(n);
    System.arraycopy(source, offset, bytes, length, n);
    length += n;
  }

  /** Appends the four bytes of {@code value}, the lowest first. */
  public void appendIntLe(int value) {
    reserve(4);
    for (int shift = 0; shift < 32; shift += 8) {
      bytes[length++] = (byte) (value >>> shift);
    }
  }

  /** Forgets the bytes, not the memory. */
  public void clear() {
    length = 0;
  }
}
