package dev.stargz.local;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Undoes gzip. */
final class Gunzip {
  private Gunzip() {}

  /** The content of all members, one behind the other; closed with {@code in}. RFC 1952, 2.2. */
  static InputStream all(InputStream in) throws IOException {
    return GzipCompressorInputStream.builder()
        .setInputStream(in)
        .setDecompressConcatenated(true)
        .get();
  }
}
