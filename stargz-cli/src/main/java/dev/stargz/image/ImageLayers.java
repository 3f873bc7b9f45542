package dev.stargz.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What became of the layers of each image. */
final class ImageLayers {
  /**
   * An image's layers and config, as they are to be.
   *
   * @param layers lowest first
   * @param config the config
   * @param converted whether any layer was made anew
   */
  record Described(List<Descriptor> layers, JsonObject config, boolean converted) {}

  private final ConverterOptions options;
  private final String key;
  private final Map<LayerWork.Key, LayerOutcome> outcomes;
  private final Map<ContentDigest, LayerOutcome> flattened;

  /**
   * Creates layers.
   *
   * @param key how layers are converted
   * @param outcomes of the layers of all images that aren't flattened, lowest first
   * @param flattened images whose layers became one, by the digest of their manifest
   */
  ImageLayers(
      ConverterOptions options,
      String key,
      Map<LayerWork.Key, LayerOutcome> outcomes,
      Map<ContentDigest, LayerOutcome> flattened) {
    this.options = options;
    this.key = key;
    this.outcomes = outcomes;
    this.flattened = flattened;
  }

  /** All outcomes, each once. */
  List<LayerOutcome> outcomes() {
    List<LayerOutcome> all = new ArrayList<>(flattened.values());
    all.addAll(outcomes.values());
    return all;
  }

  /** Each of them for the report. */
  List<ConversionReport.Layer> report() {
    return outcomes().stream().map(outcome -> outcome.report(options, key)).toList();
  }

  /** Whether all descriptors are known, as they are except after a dry run. */
  boolean areKnown() {
    return outcomes().stream().allMatch(LayerOutcome::isKnown);
  }

  /** The outcomes of an image's layers, lowest first. */
  List<LayerOutcome> of(Node.Image image) {
    List<LayerOutcome> result = new ArrayList<>();
    for (int i = 0; i < image.layers().size(); i++) {
      LayerOutcome outcome = outcomes.get(LayerWork.of(image, i, options).key());
      if (outcome == null) {
        throw new IllegalStateException("layer " + i + " of " + image.raw() + " was not done");
      }
      result.add(outcome);
    }
    return result;
  }

  /** The layers and the config that an image is to have. */
  Described describe(Node.Image image) {
    LayerOutcome flat = image.selected() ? flattened.get(image.raw().digest()) : null;
    if (flat != null) {
      return describeFlat(image, flat);
    }
    List<LayerOutcome> results = of(image);
    List<Descriptor> layers = new ArrayList<>();
    List<JsonValue> diffIds = new ArrayList<>();
    boolean converted = false;
    for (int i = 0; i < results.size(); i++) {
      Descriptor before = image.layers().get(i);
      LayerOutcome outcome = results.get(i);
      layers.add(outcome.describe(before, keepsDocker(before, options), key));
      converted |= outcome.isMarked();
      if (image.selected()) {
        diffIds.add(JsonScalar.of(outcome.diffId(image.diffIds().get(i)).toString()));
      }
    }
    JsonObject config =
        image.selected() ? withDiffIds(image.configJson(), diffIds) : image.configJson();
    return new Described(layers, config, converted);
  }

  private Described describeFlat(Node.Image image, LayerOutcome flat) {
    Descriptor first = image.layers().get(0);
    ConvertedLayer layer = flat.converted().orElseThrow();
    Descriptor descriptor =
        layer.describe(
            ImageFlattener.whole(image), keepsDocker(first, options), image.raw().digest(), key);
    JsonObject config =
        withDiffIds(
            History.replaced(image.configJson(), "stargzify --flatten"),
            List.of(JsonScalar.of(layer.diffId().toString())));
    return new Described(List.of(descriptor), config, true);
  }

  /** Position by position: the same diffID may stand at several. */
  static JsonObject withDiffIds(JsonObject config, List<JsonValue> diffIds) {
    JsonObject rootfs = config.object("rootfs").orElse(JsonObject.EMPTY);
    return config.with("rootfs", rootfs.with("diff_ids", new JsonArray(diffIds)));
  }

  /** Whether a layer's descriptor keeps its Docker type. */
  static boolean keepsDocker(Descriptor layer, ConverterOptions options) {
    return options.keepMediaTypes() && layer.mediaType().startsWith("application/vnd.docker.");
  }
}
