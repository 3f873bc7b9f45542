package dev.stargz.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** What a request sends. It is opened anew for every try. */
interface RequestBody {
  /** The exact number of bytes. */
  long length();

  /** Opens them from the start; the caller closes the stream. */
  InputStream open() throws IOException;

  /** Bytes in memory. */
  static RequestBody of(byte[] bytes) {
    return new RequestBody() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(bytes);
      }
    };
  }
}
