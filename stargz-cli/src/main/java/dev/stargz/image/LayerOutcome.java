package dev.stargz.image;

import dev.stargz.format.WriterOptions;
import dev.stargz.format.WriterWarning;
import dev.stargz.format.WrittenBlob;
import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import java.util.ArrayList;
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

  /** A stargz that is made anew loses its landmark, which is as it should be. */
  private boolean isOfFormat(WriterWarning warning) {
    return warning.kind() == WriterWarning.Kind.RESERVED_NAME_DROPPED
        && ConvertedLayer.tocDigest(source).isPresent();
  }

  LayerOutcome withArrival(Arrival newArrival) {
    return new LayerOutcome(
        source, action, newArrival, converted, nanos, warnings, prioritizedFound);
  }

  /** With what the writer had to say of the layer that it made. */
  LayerOutcome withFindings(WrittenBlob blob, WriterOptions writer) {
    List<String> messages = new ArrayList<>(warnings);
    int missing = 0;
    for (WriterWarning warning : blob.warnings()) {
      if (warning.kind() == WriterWarning.Kind.PRIORITIZED_MISSING) {
        missing++; // from one layer, which says nothing: the list is for all of them
      } else if (!isOfFormat(warning)) {
        messages.add(warning.message());
      }
    }
    boolean found = missing < writer.prioritizedFiles().size();
    return new LayerOutcome(source, action, arrival, converted, nanos, messages, found);
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
    if (layer == null || (action == Action.PASSED_THROUGH && isDescribed(position, layer))) {
      return docker ? position : position.withMediaType(MediaTypes.toOci(position.mediaType()));
    }
    return isMarked()
        ? layer.describe(position, docker, position.digest(), key)
        : layer.describe(position, docker);
  }

  /** Whether the layer's descriptor says what it was made from, for later runs. */
  boolean isMarked() {
    return converted.isPresent() && action != Action.PASSED_THROUGH;
  }

  /** Whether a position's own descriptor says all that is needed of a stargz. */
  private static boolean isDescribed(Descriptor position, ConvertedLayer layer) {
    return ConvertedLayer.tocDigest(position).equals(Optional.of(layer.tocDigest()))
        && MediaTypes.isGzipLayer(position.mediaType());
  }

  /** Its digest in the config to be. */
  ContentDigest diffId(ContentDigest before) {
    return action == Action.PASSED_THROUGH
        ? before
        : converted.map(ConvertedLayer::diffId).orElse(before);
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
