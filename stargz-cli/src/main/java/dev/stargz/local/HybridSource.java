package dev.stargz.local;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageSource;
import dev.stargz.image.RawManifest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * An image in a docker archive, read by the OCI layout that newer versions of Docker put beside the
 * {@code manifest.json}.
 */
final class HybridSource implements ImageSource {
  private final String who;
  private final LayoutBlobs blobs;
  private final HybridImage image;
  private final Closeable cleanUp;

  /**
   * Creates a source.
   *
   * @param who the archive's name for messages
   * @param cleanUp closed with the source
   */
  HybridSource(String who, LayoutBlobs blobs, HybridImage image, Closeable cleanUp) {
    this.who = who;
    this.blobs = blobs;
    this.image = image;
    this.cleanUp = cleanUp;
  }

  @Override
  public String name() {
    return who;
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
    return who + ": " + dropped + " is named by the index and isn't in the archive: dropped";
  }

  @Override
  public RawManifest manifest(Descriptor descriptor) throws IOException {
    return blobs.manifest(descriptor);
  }

  @Override
  public InputStream openBlob(Descriptor descriptor) throws IOException {
    return blobs.blob(descriptor).open();
  }

  @Override
  public RandomAccessSource openRanges(Descriptor descriptor) throws IOException {
    return blobs.blob(descriptor).openRanges();
  }

  @Override
  public void close() throws IOException {
    cleanUp.close();
  }
}
