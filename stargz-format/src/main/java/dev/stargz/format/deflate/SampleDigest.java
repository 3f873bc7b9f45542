package dev.stargz.format.deflate;

import dev.stargz.format.blob.Digest;
import java.util.Arrays;

/** Tells versions of an engine apart that says nothing of its own: by what it makes of a sample. */
final class SampleDigest {
  private static final int DIGITS = 12;

  private SampleDigest() {}

  /** The first 12 hex digits of the SHA-256 of {@code sample}, deflated. */
  static String of(DeflateEngine engine, int level, byte[] sample) {
    DeflateBuffer output = new DeflateBuffer();
    try (RawDeflater deflater = engine.newDeflater(level)) {
      deflater.deflate(sample, 0, sample.length, output);
    }
    String hex = Digest.of(Arrays.copyOf(output.array(), output.length())).toString();
    int start = hex.indexOf(':') + 1;
    return hex.substring(start, start + DIGITS);
  }
}
