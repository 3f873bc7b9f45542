package dev.stargz.image;

import dev.stargz.format.blob.RandomAccessSource;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * An image, or an index of images, where it can be read: one reference in a registry, a layout or
 * an archive. Calls may come from several threads at once. Whoever opened a source closes it.
 *
 * <p>Errors are {@link ImageException}s that name the place, and what was asked of it.
 */
public interface ImageSource extends Closeable {
  /** The reference as people know it, for messages; without secrets. */
  String name();

  /**
   * The manifest or index that the reference stands for, always the same: asked for once and kept,
   * so that a tag that moves meanwhile changes nothing. If the reference has a digest, the bytes
   * were checked against it.
   */
  RawManifest root() throws IOException;

  /**
   * A manifest or index named by another one.
   *
   * @return its bytes, checked against the descriptor's digest and size
   * @throws BlobMissingException if it isn't there
   */
  RawManifest manifest(Descriptor descriptor) throws IOException;

  /**
   * Opens a blob from its start. A connection that is cut is taken up again where it ended.
   *
   * @return its bytes, <em>not</em> checked against the digest: whoever reads them does that; the
   *     caller closes the stream
   * @throws BlobMissingException if it isn't there
   */
  InputStream openBlob(Descriptor descriptor) throws IOException;

  /**
   * Opens a blob for reads of parts of it, none of which is checked.
   *
   * @return a source that the caller closes
   * @throws BlobMissingException if it isn't there; perhaps thrown by its first read
   */
  RandomAccessSource openRanges(Descriptor descriptor) throws IOException;

  /**
   * What people should know of this source, one sentence each; known once {@link #root} was called.
   */
  default List<String> warnings() {
    return List.of();
  }

  /**
   * What else speaks of a manifest by its digest and so doesn't carry over to another one:
   * signatures, referrers.
   *
   * @return one phrase each, such as {@code "a signature (tag sha256-….sig)"}; nothing if there is
   *     none or it can't be known
   */
  default List<String> companions(ContentDigest digest) throws IOException {
    return List.of();
  }
}
