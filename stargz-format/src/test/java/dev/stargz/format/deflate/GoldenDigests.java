package dev.stargz.format.deflate;

import dev.stargz.format.blob.Digest;
import java.security.MessageDigest;

/**
 * Digests of what the encoder makes of a small corpus; also a program, for other machines to run.
 */
final class GoldenDigests {
  private static final int[] SIZES = {0, 1, 2, 3, 4, 5, 8, 63, 512, 600, 5000, 70_000};

  private GoldenDigests() {}

  /** The digest of all outputs at a level. */
  static String of(int level) {
    return of(level, Integer.MAX_VALUE);
  }

  /** The digest of the outputs for inputs of up to {@code largest} bytes. */
  static String of(int level, int largest) {
    MessageDigest sha256 = Digest.sha256();
    try (RawDeflater deflater = DeflateEngine.java().newDeflater(level)) {
      for (Samples sample : Samples.values()) {
        for (int size : SIZES) {
          if (size <= largest) {
            sha256.update(Samples.deflate(deflater, sample.bytes(size, size)));
          }
        }
      }
    }
    return Digest.of(sha256).toString();
  }

  /** Prints the digest of each level, for inputs of up to so many bytes. */
  public static void main(String[] largest) {
    for (int level : new int[] {1, 3, 6, 9, 12}) {
      System.out.println(of(level, Integer.parseInt(largest[0])));
    }
  }
}
