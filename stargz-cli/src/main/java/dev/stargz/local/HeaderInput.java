package dev.stargz.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;

/**
 * A tar's bytes for whoever reads its headers alone: payload is skipped, which costs nothing, and a
 * header that claims to be long is no way to fill the memory.
 */
final class HeaderInput extends InputStream {
  private static final int MAX_HEADER = 1 << 20;

  private final RandomAccessFile file;
  private final long size;
  private long position;
  private int left;

  /** Reads a file from its start; it is closed with this. */
  HeaderInput(RandomAccessFile file) throws IOException {
    this.file = file;
    this.size = file.length();
  }

  /** Whatever was read so far, the next header may be a mebibyte, extended headers included. */
  void nextHeader() {
    left = MAX_HEADER;
  }

  /** The number of bytes before what is read next. */
  long position() {
    return position;
  }

  /** The number of bytes in all. */
  long size() {
    return size;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (left == 0 && length > 0) {
      throw new IOException("a header of more than " + MAX_HEADER + " bytes");
    }
    file.seek(position);
    int n = file.read(buffer, offset, Math.min(length, left));
    position += Math.max(0, n);
    left -= Math.max(0, n);
    return n;
  }

  @Override
  public long skip(long n) {
    long skipped = Math.max(0, Math.min(n, size - position));
    position += skipped;
    return skipped;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, size - position);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
