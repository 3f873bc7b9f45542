package dev.stargz.image;

import dev.stargz.format.blob.RandomAccessSource;
import java.io.IOException;
import java.io.InputStream;

/** A source that does what another one does; tests override what is to be different. */
class SourceBehind implements ImageSource {
  final ImageSource source;

  SourceBehind(ImageSource source) {
    this.source = source;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public RawManifest root() throws IOException {
    return source.root();
  }

  @Override
  public RawManifest manifest(Descriptor descriptor) throws IOException {
    return source.manifest(descriptor);
  }

  @Override
  public InputStream openBlob(Descriptor descriptor) throws IOException {
    return source.openBlob(descriptor);
  }

  @Override
  public RandomAccessSource openRanges(Descriptor descriptor) throws IOException {
    return source.openRanges(descriptor);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
