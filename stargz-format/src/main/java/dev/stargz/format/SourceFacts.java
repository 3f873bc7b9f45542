package dev.stargz.format;

import dev.stargz.format.blob.Digest;
import java.util.OptionalLong;

/**
 * What is known of a source that was read to its end.
 *
 * @param size in bytes as given
 * @param diffId digest of it decompressed
 * @param tail zero bytes behind its last entry, if the blob's entries are the source's own
 */
record SourceFacts(long size, Digest diffId, OptionalLong tail) {
  /**
   * The longest tail in bytes that is recorded, 64 MiB: more than any archiver's record (GNU tar's
   * {@code --blocking-factor} is 20 blocks, and a few thousand for tapes), and hashed in less than
   * a second by whoever has to believe the number.
   */
  static final long MAX_TAIL = 64 << 20;
}
