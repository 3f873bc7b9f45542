package dev.stargz.image;

import dev.stargz.image.ConversionReport.Action;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the owner of an image may want to know of its conversion: told at once, and kept. */
final class ConversionWarnings {
  private final ConverterOptions options;
  private final ImageSource source;
  private final List<String> all = new ArrayList<>();

  ConversionWarnings(ConverterOptions options, ImageSource source) {
    this.options = options;
    this.source = source;
  }

  /** All of them, in their order. */
  List<String> all() {
    return List.copyOf(all);
  }

  void add(String message) {
    all.add(message);
    options.listener().warning(message);
  }

  /** What can be said before any layer is looked at. */
  void ofSource(List<Node.Image> images) {
    source.warnings().forEach(this::add);
    if (images.stream().noneMatch(Node.Image::selected)) {
      add(
          "there is no image to convert in "
              + source.name()
              + ": its layers are copied as they are");
    }
    if (options.keepMediaTypes() && images.stream().anyMatch(Node.Image::isDocker)) {
      add(
          "Docker's media types stay: what copies the image to other types drops the layers'"
              + " annotations, and containerd then fetches them whole");
    }
  }

  /** What became of layers that was not to be expected. */
  void ofLayers(List<Node.Image> images, ImageLayers layers) {
    for (LayerOutcome outcome : layers.outcomes()) {
      String layer = "layer " + outcome.source().digest().shortHex() + ": ";
      outcome.warnings().forEach(warning -> add(layer + warning));
    }
    ofPrioritized(layers);
    for (Node.Image image : images) {
      if (image.selected() && !options.flatten()) {
        List<LayerOutcome> results = layers.of(image);
        for (int i = 0; i < results.size(); i++) {
          ofUnconverted(image, results.get(i), results.size() - 1 - i);
        }
      }
    }
  }

  /** The list is matched against all layers, so a file that is in one of them is found. */
  private void ofPrioritized(ImageLayers layers) {
    boolean asked = !options.writer().prioritizedFiles().isEmpty() && !options.dryRun();
    List<LayerOutcome> converted =
        layers.outcomes().stream()
            .filter(
                outcome ->
                    outcome.action() == Action.CONVERTED || outcome.action() == Action.FLATTENED)
            .toList();
    boolean none = converted.stream().noneMatch(LayerOutcome::prioritizedFound);
    if (asked && !converted.isEmpty() && none) {
      add("none of the prioritized files is in any of the converted layers");
    }
  }

  private void ofUnconverted(Node.Image image, LayerOutcome outcome, int above) {
    if (!outcome.isLazy()) {
      add(
          "layer "
              + outcome.source().digest().shortHex()
              + " of image "
              + image.raw().digest().shortHex()
              + " stays as it is ("
              + outcome.source().mediaType()
              + "): containerd fetches it"
              + (above == 0 ? "" : " and the " + above + " above it")
              + " whole");
    }
  }

  /**
   * What spoke of the source by its digest doesn't speak of the result. All is done by now, so what
   * can't be asked is said, and fails nothing.
   */
  void ofResult(RawManifest result) throws IOException {
    ContentDigest before = source.root().digest();
    if (before.equals(result.digest())) {
      return;
    }
    List<String> companions = List.of();
    try {
      companions = source.companions(before);
    } catch (IOException e) {
      add("what else speaks of " + before + " could not be asked: " + e.getMessage());
    }
    if (!companions.isEmpty()) {
      add(
          String.join(", ", companions)
              + " in "
              + source.name()
              + " speak of the source's digest and don't carry over: sign and attest "
              + result.digest()
              + " anew");
    }
  }
}
