package dev.stargz.image;

import java.util.Arrays;
import java.util.Objects;

/**
 * A manifest or index to the byte: its digest is that of exactly these bytes.
 *
 * @param bytes the JSON document, at most {@link #MAX_SIZE} of them
 * @param mediaType what it is, as the registry or the descriptor says
 * @param digest of the bytes, in the algorithm it was asked for
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content, below
public record RawManifest(byte[] bytes, String mediaType, ContentDigest digest) {
  /** The largest manifest that registries take, in bytes. */
  public static final int MAX_SIZE = 4 << 20;

  /** A manifest named by its SHA-256 digest. */
  public static RawManifest of(byte[] bytes, String mediaType) {
    return new RawManifest(bytes, mediaType, ContentDigest.of(bytes));
  }

  /** The number of bytes. */
  public int size() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RawManifest that
        && Arrays.equals(bytes, that.bytes)
        && mediaType.equals(that.mediaType)
        && digest.equals(that.digest);
  }

  @Override
  public int hashCode() {
    return Objects.hash(digest, mediaType);
  }

  /** Digest and type. */
  @Override
  public String toString() {
    return digest + " (" + mediaType + ")";
  }
}
