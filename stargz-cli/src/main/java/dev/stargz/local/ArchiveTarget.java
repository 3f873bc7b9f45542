package dev.stargz.local;

import dev.stargz.image.BlobContent;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.RawManifest;
import dev.stargz.image.TempDir;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image to be written into a tar. Blobs are kept in a temporary directory; tags are collected;
 * the tar is written, with all that was pushed in it, when the target is finished. Without that, an
 * existing file stays.
 */
final class ArchiveTarget implements ImageTarget {
  private final String name;
  private final ArchiveOutput output;
  private final ArchiveForm form;
  private final TempDir temp;
  private final BlobStore store;
  private final Map<Optional<String>, ContentDigest> tags = new HashMap<>();

  private ArchiveTarget(String name, ArchiveOutput output, ArchiveForm form, TempDir temp) {
    this.name = name;
    this.output = output;
    this.form = form;
    this.temp = temp;
    this.store = new BlobStore(temp.path(), name, false);
  }

  /**
   * Prepares an archive.
   *
   * @param tempDir where blobs are kept; nothing for the default place
   */
  static ArchiveTarget create(
      String name, ArchiveOutput output, ArchiveForm form, Optional<Path> tempDir)
      throws IOException {
    return new ArchiveTarget(name, output, form, TempDir.create(tempDir));
  }

  @Override
  public String name() {
    return name;
  }

  /** Nothing: an archive is written anew. */
  @Override
  public Optional<ImageSource> existing() {
    return Optional.empty();
  }

  @Override
  public void announce(List<RawManifest> manifests) throws IOException {
    try {
      form.announce(manifests);
    } catch (IllegalArgumentException e) {
      throw new ImageException(name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public boolean hasBlob(Descriptor blob) throws IOException {
    return store.has(blob);
  }

  /** Never: the bytes have to go into the tar anyway. */
  @Override
  public boolean mount(Descriptor blob, ImageSource from) {
    return false;
  }

  @Override
  public void pushBlob(Descriptor blob, BlobContent content, ByteListener listener)
      throws IOException {
    store.put(blob, content, listener);
  }

  @Override
  public void pushManifest(RawManifest manifest) throws IOException {
    store.put(manifest);
  }

  @Override
  public Optional<ContentDigest> tagged(Optional<String> tag) {
    return Optional.ofNullable(tags.get(tag));
  }

  @Override
  public void tag(RawManifest root, Optional<String> tag) throws IOException {
    store.put(root);
    try {
      form.tag(root, tag, store.blobs());
    } catch (IllegalArgumentException e) {
      throw new ImageException(name + ": " + e.getMessage(), e);
    }
    tags.put(tag, root.digest());
  }

  @Override
  public void finish() throws IOException {
    if (!tags.isEmpty()) {
      store.close();
      output.write(out -> new ArchiveTar(out, name).write(temp.path(), form.members()));
    }
  }

  @Override
  public void close() throws IOException {
    store.close();
    temp.close();
  }
}
