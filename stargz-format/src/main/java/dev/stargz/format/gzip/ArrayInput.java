package dev.stargz.format.gzip;

import java.io.IOException;
import java.io.InputStream;

/** An input stream whose bytes come by the array: one alone is an array of one. */
public abstract class ArrayInput extends InputStream {
  /** Creates a stream. */
  protected ArrayInput() {}

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public abstract int read(byte[] buffer, int offset, int length) throws IOException;
}
