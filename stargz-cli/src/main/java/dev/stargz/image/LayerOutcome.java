package dev.stargz.image;

import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import java.util.List;
import java.util.Optional;

/**
 * What became of a layer.
 *
 * @param source its descriptor in the source
 * @param action what was done
 * @param arrival how it got to the target
 * @param converted the stargz, if it was made, found, or looked into; nothing if the layer stays
 *     what it is
 * @param nanos how long it took
 * @param warnings what its owner may want to know
 * @param prioritizedFound whether any of the prioritized files is in it
 */
record LayerOutcome(
    Descriptor source,
    Action action,
    Arrival arrival,
    Optional<ConvertedLayer> converted,
    long nanos,
    List<String> warnings,
    boolean prioritizedFound) {

  LayerOutcome(
      Descriptor source, Action action, Arrival arrival, Optional<ConvertedLayer> converted) {
    this(source, action, arrival, converted, 0, List.of(), true);
  }

  LayerOutcome withNanos(long newNanos) {
    return new LayerOutcome(
        source, action, arrival, converted, newNanos, warnings, prioritizedFound);
  }

  LayerOutcome withWarnings(List<String> newWarnings) {
    return new LayerOutcome(
        source, action, arrival, converted, nanos, newWarnings, prioritizedFound);
  }

  /** Whether a lazy reader can mount the layer. */
  boolean isLazy() {
    return action != Action.COPIED;
  }

  /**
   * The layer's descriptor in the manifest to be.
   *
   * @param position its descriptor in the source's manifest
   * @param docker whether the manifest keeps Docker's media types
   * @param key how layers are converted
   */
  Descriptor describe(Descriptor position, boolean docker, String key) {
    ConvertedLayer layer = converted.orElse(null);
    if (layer == null || action == Action.PASSED_THROUGH || action == Action.COPIED) {
      return docker ? position : position.withMediaType(MediaTypes.toOci(position.mediaType()));
    }
    return action == Action.ANNOTATED
        ? layer.describe(position, docker)
        : layer.describe(position, docker, position.digest(), key);
  }

  /** Its digest in the config to be. */
  ContentDigest diffId(ContentDigest before) {
    return converted.map(ConvertedLayer::diffId).orElse(before);
  }

  /** Whether the layer's descriptor is known. */
  boolean isKnown() {
    return switch (action) {
      case PASSED_THROUGH, COPIED -> true;
      case CONVERTED, ANNOTATED, FLATTENED, REUSED -> converted.isPresent();
    };
  }

  /** Its line in the report. */
  ConversionReport.Layer report(ConverterOptions options, String key) {
    boolean docker = ImageLayers.keepsDocker(source, options);
    Optional<Descriptor> target =
        isKnown() ? Optional.of(describe(source, docker, key)) : Optional.empty();
    return new ConversionReport.Layer(source, target, action, arrival, nanos);
  }
}
