package dev.stargz.local;

import dev.stargz.image.Descriptor;
import dev.stargz.image.RawManifest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A layout's {@code index.json}, with tags. */
final class OciForm implements ArchiveForm {
  private final Optional<String> ownTag;
  private LayoutIndex index;

  OciForm(String who, Optional<String> ownTag) {
    this.ownTag = ownTag;
    this.index = LayoutIndex.empty(who);
  }

  /** A layout takes everything. */
  @Override
  public void announce(List<RawManifest> manifests) {}

  @Override
  public void tag(RawManifest root, Optional<String> tag, LayoutBlobs blobs) {
    index = index.with(Descriptor.of(root), tag.or(() -> ownTag));
  }

  @Override
  public Map<String, byte[]> members() {
    return Map.of(LayoutIndex.FILE, index.json().toBytes());
  }
}
