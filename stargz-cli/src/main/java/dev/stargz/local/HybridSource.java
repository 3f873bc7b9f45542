package dev.stargz.local;

import dev.stargz.image.RawManifest;
import java.io.Closeable;
import java.util.List;

/**
 * An image in a docker archive, read by the OCI layout that newer versions of Docker put beside the
 * {@code manifest.json}.
 */
final class HybridSource extends BlobsSource {
  private final HybridImage image;

  /**
   * Creates a source.
   *
   * @param who the archive's name for messages
   * @param cleanUp closed with the source
   */
  HybridSource(String who, LayoutBlobs blobs, HybridImage image, Closeable cleanUp) {
    super(who, blobs, cleanUp);
    this.image = image;
  }

  @Override
  public RawManifest root() {
    return image.root();
  }

  @Override
  public List<String> warnings() {
    return image.dropped().stream().map(this::droppedWarning).toList();
  }

  private String droppedWarning(String dropped) {
    return name() + ": " + dropped + " is named by the index and isn't in the archive: dropped";
  }
}
