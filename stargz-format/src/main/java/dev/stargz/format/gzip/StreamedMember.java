package dev.stargz.format.gzip;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * A gzip member of any length, encoded as it is written: the TOC's, which may be larger than memory
 * has room for. Always the JDK's encoder; its input is cut into fixed slices, so that the bytes
 * don't depend on how they were written.
 */
final class StreamedMember extends OutputStream {
  private static final int SLICE = 1 << 16;

  private final BlobOutput blob;
  private final Deflater deflater;
  private final CRC32 crc = new CRC32();
  private final byte[] input = new byte[SLICE];
  private final byte[] output = new byte[SLICE];
  private int used;
  private long size;
  private boolean closed;

  StreamedMember(BlobOutput blob, int level) throws IOException {
    this.blob = blob;
    this.deflater = new Deflater(level, /* nowrap= */ true);
    blob.write(MemberEncoder.HEADER, 0, MemberEncoder.HEADER.length);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    crc.update(bytes, offset, length);
    size += length;
    int at = offset;
    while (at < offset + length) {
      if (used == SLICE) {
        deflateSlice();
      }
      int n = Math.min(SLICE - used, offset + length - at);
      System.arraycopy(bytes, at, input, used, n);
      used += n;
      at += n;
    }
  }

  private void deflateSlice() throws IOException {
    deflater.setInput(input, 0, used);
    int n;
    do {
      n = deflater.deflate(output, 0, SLICE);
      blob.write(output, 0, n);
    } while (n == SLICE);
    used = 0;
  }

  /** Ends the member; a second call does nothing. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      deflater.finish();
      deflateSlice();
      byte[] trailer = new byte[8];
      for (int i = 0; i < 4; i++) {
        trailer[i] = (byte) (crc.getValue() >>> (8 * i));
        trailer[4 + i] = (byte) (size >>> (8 * i));
      }
      blob.write(trailer, 0, trailer.length);
    } finally {
      deflater.end();
    }
  }
}
