package dev.stargz.image;

import java.io.IOException;
import java.io.InputStream;

/** Reads small blobs whole. */
final class Blobs {
  private Blobs() {}

  /**
   * Reads a blob into memory.
   *
   * @param what it is, for messages
   * @param limit the most bytes that are read
   * @throws ImageException if it is larger, or its bytes aren't those of the descriptor
   */
  static byte[] read(ImageSource source, Descriptor descriptor, String what, int limit)
      throws IOException {
    String subject = source.name() + ": " + what + " " + descriptor.digest();
    if (descriptor.size() > limit) {
      throw new ImageException(
          subject + ": expected at most " + limit + " bytes, found " + descriptor.size());
    }
    byte[] bytes;
    try (InputStream in = source.openBlob(descriptor)) {
      bytes = in.readNBytes((int) descriptor.size() + 1);
    }
    if (bytes.length != descriptor.size() || !descriptor.digest().matches(bytes)) {
      throw damaged(source, what, descriptor);
    }
    return bytes;
  }

  /** The error for bytes that aren't what their descriptor says. */
  static ImageException damaged(ImageSource source, String what, Descriptor descriptor) {
    return new ImageException(
        source.name()
            + ": "
            + what
            + " "
            + descriptor.digest()
            + ": the bytes that came are not those of this digest; nothing made of them was"
            + " written. If another pull says the same, push the source anew");
  }
}
