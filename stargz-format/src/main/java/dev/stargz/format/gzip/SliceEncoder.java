package dev.stargz.format.gzip;

import java.io.IOException;

/** Encodes one DEFLATE stream slice by slice. */
interface SliceEncoder extends AutoCloseable {
  /** How many bytes each slice has but the last, which has as many or fewer, or none. */
  int sliceSize();

  /** Encodes the next slice and writes what comes of it. */
  void encode(byte[] slice, int length, boolean last, BlobOutput blob) throws IOException;

  /** Frees what the encoder holds. */
  @Override
  void close();
}
