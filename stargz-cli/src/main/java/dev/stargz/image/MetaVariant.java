package dev.stargz.image;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Brings the variant without files to its place: all parts before the tags of the image with files
 * move, so that what goes wrong goes wrong early, and its own tag after those, because it names
 * that image.
 */
final class MetaVariant {
  private final ImageTarget place;
  private final ImageTarget converted;
  private final RawManifest root;
  private final List<Step> steps;
  private final BlobTransfer transfer;
  private final ConverterOptions options;

  /**
   * Creates a variant.
   *
   * @param place where it goes
   * @param converted where the image with files goes
   * @param root its manifest or index
   * @param steps what is to be sent
   * @param transfer to {@code place}
   */
  MetaVariant(
      ImageTarget place,
      ImageTarget converted,
      RawManifest root,
      List<Step> steps,
      BlobTransfer transfer,
      ConverterOptions options) {
    this.place = place;
    this.converted = converted;
    this.root = root;
    this.steps = steps;
    this.transfer = transfer;
    this.options = options;
  }

  /** Sends all but the root. */
  void send() throws IOException {
    if (options.dryRun()) {
      return;
    }
    for (Step step : steps) {
      if (step instanceof Step.Write write) {
        transfer.push(write.blob(), write.content(), write.blob());
      } else if (step instanceof Step.Push push && !push.raw().equals(root)) {
        place.pushManifest(push.raw());
      }
    }
  }

  /** Writes the root and its tag. */
  ConversionReport.Meta tag() throws IOException {
    if (!options.dryRun()) {
      try {
        if (!place.tagged(Optional.empty()).equals(Optional.of(root.digest()))) {
          place.tag(root, Optional.empty());
        }
        place.finish();
      } catch (ImageException e) {
        throw new ImageException(
            e.getMessage() + "; " + converted.name() + " itself was written", e);
      }
    }
    return new ConversionReport.Meta(place.name(), Optional.of(root));
  }
}
