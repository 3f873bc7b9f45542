package dev.stargz.format.deflate;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The JDK's decoder, for streams that have to be complete. */
final class Inflate {
  private Inflate() {}

  /** What a raw DEFLATE stream holds; fails if it isn't one stream of {@code size} bytes. */
  static byte[] inflate(byte[] raw, int size) {
    Inflater inflater = new Inflater(/* nowrap= */ true);
    try {
      inflater.setInput(raw);
      byte[] output = new byte[size + 1];
      int n = 0;
      while (!inflater.finished()) {
        int more = inflater.inflate(output, n, output.length - n);
        if (more == 0 && !inflater.finished()) {
          throw new AssertionError("no end after " + n + " of " + size + " bytes");
        }
        n += more;
      }
      if (inflater.getRemaining() > 0) {
        throw new AssertionError(inflater.getRemaining() + " bytes behind the end");
      }
      return Arrays.copyOf(output, n);
    } catch (DataFormatException e) {
      throw new AssertionError("not DEFLATE", e);
    } finally {
      inflater.end();
    }
  }
}
