package dev.stargz.local;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageSource;
import dev.stargz.image.RawManifest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** An image all of whose parts are blobs of a layout, in a directory or in an archive. */
abstract class BlobsSource implements ImageSource {
  private final String name;
  private final LayoutBlobs blobs;
  private final Closeable cleanUp;

  /**
   * Creates a source.
   *
   * @param name for messages
   * @param cleanUp closed with the source
   */
  BlobsSource(String name, LayoutBlobs blobs, Closeable cleanUp) {
    this.name = name;
    this.blobs = blobs;
    this.cleanUp = cleanUp;
  }

  /** The blobs, for whoever may take them over as files. */
  LayoutBlobs blobs() {
    return blobs;
  }

  @Override
  public String name() {
    return name;
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
