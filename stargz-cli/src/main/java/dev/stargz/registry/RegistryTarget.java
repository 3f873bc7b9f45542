package dev.stargz.registry;

import dev.stargz.image.BlobContent;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageSource;
import dev.stargz.image.ImageTarget;
import dev.stargz.image.RawManifest;
import java.util.Optional;

/** An image in a registry, to be written. */
final class RegistryTarget implements ImageTarget {
  private final RegistryConnection connection;
  private final Reference reference;

  RegistryTarget(RegistryConnection connection, Reference reference) {
    this.connection = connection;
    this.reference = reference;
  }

  @Override
  public String name() {
    return reference.toString();
  }

  @Override
  public Optional<ImageSource> existing() {
    return Optional.of(new RegistrySource(connection, reference));
  }

  @Override
  public boolean hasBlob(Descriptor blob) {
    return false;
  }

  @Override
  public boolean mount(Descriptor blob, ImageSource from) {
    return false;
  }

  @Override
  public void pushBlob(Descriptor blob, BlobContent content, ByteListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void pushManifest(RawManifest manifest) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<ContentDigest> tagged(Optional<String> tag) {
    return Optional.empty();
  }

  @Override
  public void tag(RawManifest root, Optional<String> tag) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
