package dev.stargz.image;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Where an image is written: one reference in a registry, a layout or an archive. First blobs, then
 * the manifests that name them, children before parents, last {@link #tag}. What was pushed and
 * never tagged is of no consequence. Calls may come from several threads at once, {@code tag}
 * alone.
 *
 * <p>Errors are {@link ImageException}s that name the place, and what was asked of it.
 */
public interface ImageTarget extends Closeable {
  /** The reference as people know it, for messages; without secrets. */
  String name();

  /**
   * What the reference stands for at present, to be reused; the caller closes it.
   *
   * @return nothing if there is no such image, or places like this one begin empty
   */
  Optional<ImageSource> existing() throws IOException;

  /**
   * Learns what is going to be written, before anything else is asked: the place to refuse what it
   * can't hold, while that has cost nothing.
   *
   * @param manifests those that will be written, except indexes and attestations, as they are in
   *     the source
   */
  default void announce(List<RawManifest> manifests) throws IOException {}

  /** Whether the blob is there, whole as far as its size tells. */
  boolean hasBlob(Descriptor blob) throws IOException;

  /**
   * Takes a blob over from a source without moving its bytes, if that can be done.
   *
   * @return whether it is now there, whole as far as its size tells
   */
  boolean mount(Descriptor blob, ImageSource from) throws IOException;

  /**
   * Writes a blob, and makes sure that it arrived.
   *
   * @param blob its digest and size, which {@code content} is known to have
   * @param listener told of each piece that is sent: the number of bytes so far, from 0 again after
   *     a retry
   */
  void pushBlob(Descriptor blob, BlobContent content, ByteListener listener) throws IOException;

  /** Writes a manifest or index under its digest, and makes sure that it arrived. */
  void pushManifest(RawManifest manifest) throws IOException;

  /**
   * What a tag stands for at present.
   *
   * @param tag nothing for the reference's own
   */
  Optional<ContentDigest> tagged(Optional<String> tag) throws IOException;

  /**
   * Makes a tag stand for a manifest or index, whose parts were all pushed. This is one step: until
   * it is done the tag stands for what it did before.
   *
   * @param root written by this call, not before
   * @param tag nothing for the reference's own
   */
  void tag(RawManifest root, Optional<String> tag) throws IOException;

  /**
   * Makes the reference's own tag stand for another manifest than it does now.
   *
   * @param expected what it was found to stand for a moment ago; a place that can refuses if that
   *     is no longer so
   */
  default void replace(RawManifest root, ContentDigest expected) throws IOException {
    tag(root, Optional.empty());
  }

  /**
   * Completes what {@link #tag} began: called once, after the last tag. A registry or layout has
   * nothing left to do then; an archive is written here, and is not there before.
   */
  default void finish() throws IOException {}

  /** Learns how much was sent. */
  @FunctionalInterface
  interface ByteListener {
    /** Wants to know nothing. */
    ByteListener NONE = bytes -> {};

    /** So many bytes were sent so far. */
    void sent(long bytes);
  }
}
