package dev.stargz.image;

import java.io.IOException;
import java.util.Optional;

/** A target that does what another one does; tests override what is to be different. */
class TargetBehind implements ImageTarget {
  final ImageTarget target;

  TargetBehind(ImageTarget target) {
    this.target = target;
  }

  @Override
  public String name() {
    return target.name();
  }

  @Override
  public Optional<ImageSource> existing() throws IOException {
    return target.existing();
  }

  @Override
  public boolean hasBlob(Descriptor blob) throws IOException {
    return target.hasBlob(blob);
  }

  @Override
  public boolean mount(Descriptor blob, ImageSource source) throws IOException {
    return target.mount(blob, source);
  }

  @Override
  public void pushBlob(Descriptor blob, BlobContent content, ByteListener listener)
      throws IOException {
    target.pushBlob(blob, content, listener);
  }

  @Override
  public void pushManifest(RawManifest manifest) throws IOException {
    target.pushManifest(manifest);
  }

  @Override
  public Optional<ContentDigest> tagged(Optional<String> tag) throws IOException {
    return target.tagged(tag);
  }

  @Override
  public void tag(RawManifest root, Optional<String> tag) throws IOException {
    target.tag(root, tag);
  }

  @Override
  public void close() throws IOException {
    target.close();
  }
}
