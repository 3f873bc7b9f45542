package dev.stargz.format.gzip;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;

/**
 * A gzip member of any length, encoded as it is written: the TOC's, which may be larger than memory
 * has room for. The input is cut into fixed slices, so that the bytes don't depend on how they were
 * written.
 */
final class StreamedMember extends OutputStream {
  private final BlobOutput blob;
  private final SliceEncoder encoder;
  private final CRC32 crc = new CRC32();
  private final byte[] slice;
  private int used;
  private long size;
  private boolean closed;

  /** Closes {@code encoder} when it is closed itself. */
  StreamedMember(BlobOutput blob, SliceEncoder encoder) throws IOException {
    this.blob = blob;
    this.encoder = encoder;
    this.slice = new byte[encoder.sliceSize()];
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
      if (used == slice.length) {
        encodeSlice(/* last= */ false);
      }
      int n = Math.min(slice.length - used, offset + length - at);
      System.arraycopy(bytes, at, slice, used, n);
      used += n;
      at += n;
    }
  }

  private void encodeSlice(boolean last) throws IOException {
    encoder.encode(slice, used, last, blob);
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
      encodeSlice(/* last= */ true);
      byte[] trailer = new byte[8];
      for (int i = 0; i < 4; i++) {
        trailer[i] = (byte) (crc.getValue() >>> (8 * i));
        trailer[4 + i] = (byte) (size >>> (8 * i));
      }
      blob.write(trailer, 0, trailer.length);
    } finally {
      encoder.close();
    }
  }
}
