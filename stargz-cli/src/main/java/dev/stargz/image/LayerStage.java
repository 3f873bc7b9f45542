package dev.stargz.image;

import dev.stargz.format.WriterOptions;
import dev.stargz.image.ConverterOptions.Reuse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The part of a conversion that takes the time: all layers of all images, each once, several at a
 * time; those of images to be flattened image by image.
 */
final class LayerStage {
  private final ConverterOptions options;
  private final WriterOptions writer;
  private final int parallelLayers;
  private final String key;
  private final ImageSource source;
  private final ImageTarget target;
  private final BlobTransfer transfer;
  private final Consumer<String> warnings;

  LayerStage(
      ConverterOptions options,
      WriterOptions writer,
      int parallelLayers,
      String key,
      ImageSource source,
      ImageTarget target,
      BlobTransfer transfer,
      Consumer<String> warnings) {
    this.options = options;
    this.writer = writer;
    this.parallelLayers = parallelLayers;
    this.key = key;
    this.source = source;
    this.target = target;
    this.transfer = transfer;
    this.warnings = warnings;
  }

  /** Works on the layers of all images. */
  ImageLayers run(List<Node.Image> images) throws IOException {
    List<Node.Image> flat = images.stream().filter(this::isFlattened).toList();
    Map<LayerWork.Key, LayerWork> works =
        works(images.stream().filter(image -> !isFlattened(image)).toList());
    tellPlan(flat, works);
    try (EarlierResults earlier = new EarlierResults(key, digests(images))) {
      fill(earlier);
      LayerReuse reuse = new LayerReuse(earlier, transfer, options.reuse());
      Map<ContentDigest, LayerOutcome> flattened = flatten(flat, reuse);
      LayerConverter converter = new LayerConverter(source, transfer, reuse, options, writer);
      Map<LayerWork.Key, LayerOutcome> unordered =
          new LayerPool(parallelLayers).run(works.values(), converter::run, this::done);
      Map<LayerWork.Key, LayerOutcome> outcomes = new LinkedHashMap<>();
      works.keySet().forEach(work -> outcomes.put(work, unordered.get(work)));
      return new ImageLayers(options, key, outcomes, flattened);
    }
  }

  private boolean isFlattened(Node.Image image) {
    return options.flatten() && image.selected();
  }

  private void tellPlan(List<Node.Image> flat, Map<LayerWork.Key, LayerWork> works) {
    List<Descriptor> planned = new ArrayList<>();
    flat.stream().map(ImageFlattener::whole).distinct().forEach(planned::add);
    works.values().forEach(work -> planned.add(work.descriptor()));
    options.listener().planned(planned);
  }

  private void done(LayerOutcome outcome) {
    options.listener().layerDone(outcome.report(options, key));
  }

  private Map<ContentDigest, LayerOutcome> flatten(List<Node.Image> images, LayerReuse reuse)
      throws IOException {
    ImageFlattener flattener = new ImageFlattener(source, transfer, reuse, options, writer);
    Map<ContentDigest, LayerOutcome> outcomes = new LinkedHashMap<>();
    for (Node.Image image : images) {
      ContentDigest digest = image.raw().digest();
      if (!outcomes.containsKey(digest)) {
        LayerOutcome outcome = flattener.run(image);
        outcomes.put(digest, outcome);
        done(outcome);
      }
    }
    return outcomes;
  }

  private Map<LayerWork.Key, LayerWork> works(List<Node.Image> images) throws IOException {
    Map<LayerWork.Key, LayerWork> works = new LinkedHashMap<>();
    for (Node.Image image : images) {
      for (int i = 0; i < image.layers().size(); i++) {
        LayerWork work = LayerWork.of(image, i, options);
        LayerWork other = works.putIfAbsent(work.key(), work);
        if (other != null && other.contradicts(work)) {
          throw new ImageException(
              source.name()
                  + ": layer "
                  + work.descriptor().digest()
                  + " occurs more than once, and the configs give it different diff_ids: "
                  + other.diffId().orElseThrow()
                  + " and "
                  + work.diffId().orElseThrow());
        }
      }
    }
    return works;
  }

  private static Set<String> digests(List<Node.Image> images) {
    Set<String> digests = new TreeSet<>();
    images.forEach(image -> digests.add(image.raw().digest().toString()));
    return digests;
  }

  private void fill(EarlierResults results) throws IOException {
    if (options.reuse() != Reuse.OFF) {
      results.addExisting(target, warnings);
      for (ImageSource place : options.reuseFrom()) {
        results.add(place, warnings);
      }
    }
  }
}
