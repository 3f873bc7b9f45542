package dev.stargz.image;

import java.util.Optional;

/**
 * A layer, and what is to become of it.
 *
 * @param treatment what to do
 * @param descriptor in the source
 * @param diffId as the config has it; nothing if no config is to be held to it
 */
record LayerWork(Treatment treatment, Descriptor descriptor, Optional<ContentDigest> diffId) {
  /** What to do with a layer. */
  enum Treatment {
    /** Make it a stargz. */
    CONVERT,
    /** Bring its bytes over as they are. */
    COPY,
    /** Leave it where it is: registries needn't hold it. */
    LEAVE
  }

  /**
   * What two positions have in common whose layer is worked on once.
   *
   * @param treatment what to do
   * @param digest of the source
   */
  record Key(Treatment treatment, ContentDigest digest) {}

  /** Decides on a layer of an image. */
  static LayerWork of(Node.Image image, int position, ConverterOptions options) {
    Descriptor layer = image.layers().get(position);
    Treatment treatment = treatment(layer, image.selected(), options);
    Optional<ContentDigest> diffId =
        image.selected() ? Optional.of(image.diffIds().get(position)) : Optional.empty();
    return new LayerWork(treatment, layer, diffId);
  }

  private static Treatment treatment(Descriptor layer, boolean selected, ConverterOptions options) {
    boolean foreign = MediaTypes.isForeign(layer.mediaType());
    if (foreign && !(selected && options.includeForeign())) {
      return Treatment.LEAVE;
    }
    return selected && (foreign || MediaTypes.isLayer(layer.mediaType()))
        ? Treatment.CONVERT
        : Treatment.COPY;
  }

  /** Whether the same layer is said to have another diffID. */
  boolean contradicts(LayerWork other) {
    return diffId.isPresent() && other.diffId().isPresent() && !diffId.equals(other.diffId());
  }

  /** What tells this work from other work. */
  Key key() {
    return new Key(treatment, descriptor.digest());
  }
}
