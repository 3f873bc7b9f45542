package dev.stargz.registry;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageSource;
import dev.stargz.image.RawManifest;
import java.io.InputStream;

/** An image in a registry, to be read. */
final class RegistrySource implements ImageSource {
  private final RegistryConnection connection;
  private final Reference reference;

  RegistrySource(RegistryConnection connection, Reference reference) {
    this.connection = connection;
    this.reference = reference;
  }

  Repository repository() {
    return reference.repository();
  }

  @Override
  public String name() {
    return reference.toString();
  }

  @Override
  public RawManifest root() {
    throw new UnsupportedOperationException(connection.toString());
  }

  @Override
  public RawManifest manifest(Descriptor descriptor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public InputStream openBlob(Descriptor descriptor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public RandomAccessSource openRanges(Descriptor descriptor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
