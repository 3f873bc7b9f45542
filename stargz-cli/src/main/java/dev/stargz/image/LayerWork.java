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
    return diffId.isPresent()
        && other.diffId().isPresent()
        && diffId.get().algorithm().equals(other.diffId().get().algorithm())
        && !diffId.equals(other.diffId());
  }

  /**
   * Holds the layer's tar against the config. A config that names it by another algorithm than
   * SHA-256 can't be checked.
   *
   * @param found the digest of the layer's tar
   * @param place whose layer it is, for the message
   */
  void checkDiffId(ContentDigest found, String place) throws ImageException {
    Optional<ContentDigest> expected =
        diffId.filter(given -> given.algorithm().equals(found.algorithm()));
    if (expected.isPresent() && !expected.get().equals(found)) {
      throw new ImageException(
          place
              + ": layer "
              + descriptor.digest()
              + ": the config's diff_ids say "
              + expected.get()
              + ", its tar has "
              + found
              + ": docker and containerd refuse such an image; build it anew");
    }
  }

  /** What tells this work from other work. */
  Key key() {
    return new Key(treatment, descriptor.digest());
  }
}
