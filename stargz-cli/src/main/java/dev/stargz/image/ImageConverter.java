package dev.stargz.image;

import dev.stargz.format.WriterOptions;
import dev.stargz.image.ConverterOptions.Reuse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Converts an image, or an index of images: every layer becomes a stargz, configs, manifests and
 * indexes follow, the tag is written last.
 *
 * <p>A layer's source is checked against its digest and its diffID before anything made of it is
 * sent. What needs no change stays as it is, to the byte. The result depends on source and options
 * alone, not on the number of threads, on the time, or on what was reused.
 *
 * <p>Memory: what {@code StargzWriter} says of itself, the share for members in flight once for all
 * layers, the rest for each of the {@link ConverterOptions#parallelLayers()}. Disk: the blobs of
 * those layers, at most half of what is free; a larger layer is worked on alone.
 *
 * <p>A converter holds nothing but its options and may be used any number of times.
 */
public final class ImageConverter {
  private static final int HEAP_SHARE = 4;

  private final ConverterOptions options;

  /** Creates a converter with those options. */
  public ImageConverter(ConverterOptions options) {
    this.options = options;
  }

  /**
   * Converts.
   *
   * @param source stays open
   * @param target stays open
   * @throws ImageException if the image can't be read, converted or written; the tag is then what
   *     it was
   * @throws java.io.InterruptedIOException if the thread was interrupted
   */
  public ConversionReport convert(ImageSource source, ImageTarget target) throws IOException {
    try (TempDir temp = TempDir.create(options.tempDir())) {
      ExecutorService deflaters =
          Executors.newFixedThreadPool(options.writer().threads(), ImageConverter::daemon);
      try {
        return new Run(source, target, temp, writerOptions(deflaters, temp)).convert();
      } finally {
        deflaters.shutdownNow();
      }
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "stargz-deflate");
    thread.setDaemon(true);
    return thread;
  }

  private WriterOptions writerOptions(ExecutorService deflaters, TempDir temp) {
    int threads = options.writer().threads();
    long memory = options.writer().memory().orElse(Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    return options.writer().toBuilder()
        .executor(threads == 1 ? Runnable::run : deflaters, threads)
        .missingPrioritized(WriterOptions.Missing.WARNING)
        .tempDir(temp.path())
        .memory(memory / options.parallelLayers())
        .build();
  }

  /** One conversion. */
  private final class Run {
    private final ImageSource source;
    private final ImageTarget target;
    private final TempDir temp;
    private final WriterOptions writer;
    private final String key;
    private final BlobTransfer transfer;
    private final List<String> warnings = new ArrayList<>();
    private final List<ConversionReport.Manifest> manifests = new ArrayList<>();

    Run(ImageSource source, ImageTarget target, TempDir temp, WriterOptions writer)
        throws IOException {
      this.source = source;
      this.target = target;
      this.temp = temp;
      this.writer = writer;
      this.key = options.writer().fingerprint() + (options.flatten() ? ";flatten" : "");
      this.transfer = new BlobTransfer(source, target, temp, DiskBudget.of(temp.path()), options);
    }

    private void warn(String message) {
      warnings.add(message);
      options.listener().warning(message);
    }

    ConversionReport convert() throws IOException {
      Node root = new NodeReader(source, options, this::warn).read();
      source.warnings().forEach(this::warn);
      List<Node.Image> images = Nodes.images(root);
      if (images.stream().noneMatch(Node.Image::selected)) {
        warn("there is no image to convert in " + source.name() + ": copied as it is");
      }
      if (options.keepMediaTypes() && images.stream().anyMatch(Node.Image::isDocker)) {
        warn(
            "Docker's media types stay: what copies the image to other types drops the layers'"
                + " annotations, and containerd then fetches them whole");
      }
      ImageLayers layers = layers(images);
      layers.outcomes().forEach(this::warnOfLayer);
      warnOfPrioritized(layers.outcomes());
      warnOfUnconverted(images, layers);
      boolean known = layers.outcomes().stream().allMatch(this::isKnown);
      Rewriter rewriter = new Rewriter(options, layers, key, this::warn);
      Optional<RawManifest> result = known ? Optional.of(rewriter.rewrite(root)) : Optional.empty();
      boolean moved = false;
      Optional<ConversionReport.Meta> meta = Optional.empty();
      if (result.isPresent()) {
        send(rewriter.steps(), transfer, target);
        moved = new Tagging(options, source, target, this::warn).tag(result.get());
        meta = meta(result.get(), rewriter);
        warnOfCompanions(result.get());
      }
      return report(root, result, moved, layers.outcomes(), meta);
    }

    /** Whether a layer's descriptor is known: after a dry run it may not be. */
    private boolean isKnown(LayerOutcome outcome) {
      boolean made =
          switch (outcome.action()) {
            case CONVERTED, ANNOTATED, FLATTENED -> true;
            case REUSED, PASSED_THROUGH, COPIED -> false;
          };
      return !made || outcome.converted().isPresent();
    }

    // ---- layers

    /** Works on all layers; those of images to be flattened are worked on image by image. */
    private ImageLayers layers(List<Node.Image> images) throws IOException {
      List<Node.Image> flat = images.stream().filter(this::isFlattened).toList();
      Map<LayerWork.Key, LayerWork> works =
          works(images.stream().filter(image -> !isFlattened(image)).toList());
      List<Descriptor> planned = new ArrayList<>();
      flat.forEach(image -> planned.add(ImageFlattener.whole(image)));
      works.values().forEach(work -> planned.add(work.descriptor()));
      options.listener().planned(planned);
      try (EarlierResults earlier = earlier(images)) {
        LayerReuse reuse = new LayerReuse(earlier, transfer, options.reuse());
        Map<Node.Image, LayerOutcome> flattened = new LinkedHashMap<>();
        ImageFlattener flattener = new ImageFlattener(source, transfer, reuse, options, writer);
        for (Node.Image image : flat) {
          LayerOutcome outcome = flattener.run(image);
          flattened.put(image, outcome);
          layerDone(outcome);
        }
        LayerConverter converter = new LayerConverter(source, transfer, reuse, options, writer);
        Map<LayerWork.Key, LayerOutcome> unordered =
            new LayerPool(options.parallelLayers())
                .run(works.values(), converter::run, this::layerDone);
        Map<LayerWork.Key, LayerOutcome> outcomes = new LinkedHashMap<>();
        works.keySet().forEach(work -> outcomes.put(work, unordered.get(work)));
        return new ImageLayers(options, key, outcomes, flattened);
      }
    }

    private boolean isFlattened(Node.Image image) {
      return options.flatten() && image.selected();
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

    private EarlierResults earlier(List<Node.Image> images) throws IOException {
      Set<String> digests = new TreeSet<>();
      images.forEach(image -> digests.add(image.raw().digest().toString()));
      EarlierResults results = new EarlierResults(key, digests);
      if (options.reuse() != Reuse.OFF) {
        results.addExisting(target, this::warn);
        for (ImageSource place : options.reuseFrom()) {
          results.add(place, this::warn);
        }
      }
      return results;
    }

    private void layerDone(LayerOutcome outcome) {
      options.listener().layerDone(outcome.report(options.keepMediaTypes(), key));
    }

    // ---- sending

    private void send(List<Step> steps, BlobTransfer transfer, ImageTarget target)
        throws IOException {
      for (int i = 0; i < steps.size(); i++) {
        Step step = steps.get(i);
        boolean isRoot = i == steps.size() - 1;
        if (step instanceof Step.Copy copy) {
          transfer.copy(copy.blob());
        } else if (step instanceof Step.Write write) {
          transfer.push(write.blob(), write.content(), write.blob());
        } else if (step instanceof Step.Push push) {
          if (!isRoot && !options.dryRun()) {
            target.pushManifest(push.raw());
          }
          manifests.add(push.report());
          options.listener().manifestDone(push.report());
        }
      }
    }

    private Optional<ConversionReport.Meta> meta(RawManifest result, Rewriter rewriter)
        throws IOException {
      if (options.meta().isEmpty()) {
        return Optional.empty();
      }
      ImageTarget place = options.meta().get();
      MetaImage variant = new MetaImage(target.name(), rewriter.images(), rewriter.manifests());
      Optional<RawManifest> root = variant.make(result);
      if (root.isEmpty()) {
        throw new ImageException(
            place.name() + ": there is no image in " + source.name() + " to make a variant of");
      }
      if (!options.dryRun()) {
        BlobTransfer other =
            new BlobTransfer(source, place, temp, DiskBudget.of(temp.path()), options);
        for (Step step : variant.steps()) {
          if (step instanceof Step.Write write) {
            other.push(write.blob(), write.content(), write.blob());
          } else if (step instanceof Step.Push push && !push.raw().equals(root.get())) {
            place.pushManifest(push.raw());
          }
        }
        place.tag(root.get(), Optional.empty());
        place.finish();
      }
      return Optional.of(new ConversionReport.Meta(place.name(), root));
    }

    // ---- telling

    private void warnOfLayer(LayerOutcome outcome) {
      String layer = "layer " + outcome.source().digest().shortHex() + ": ";
      outcome.warnings().forEach(warning -> warn(layer + warning));
    }

    /** The list is matched against all layers, so a file that is in one of them is found. */
    private void warnOfPrioritized(Collection<LayerOutcome> outcomes) {
      boolean asked = !writer.prioritizedFiles().isEmpty();
      List<LayerOutcome> converted =
          outcomes.stream()
              .filter(outcome -> outcome.action() == ConversionReport.Action.CONVERTED)
              .toList();
      boolean none = converted.stream().noneMatch(LayerOutcome::prioritizedFound);
      if (asked && !options.dryRun() && !converted.isEmpty() && none) {
        warn("none of the prioritized files is in any of the converted layers");
      }
    }

    private void warnOfUnconverted(List<Node.Image> images, ImageLayers layers) {
      for (Node.Image image : images) {
        if (image.selected() && !isFlattened(image)) {
          List<LayerOutcome> results = layers.of(image);
          for (int i = 0; i < results.size(); i++) {
            warnOfUnconverted(image, results.get(i), results.size() - 1 - i);
          }
        }
      }
    }

    private void warnOfUnconverted(Node.Image image, LayerOutcome outcome, int above) {
      if (!outcome.isLazy()) {
        warn(
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

    private void warnOfCompanions(RawManifest result) throws IOException {
      ContentDigest before = source.root().digest();
      if (before.equals(result.digest())) {
        return;
      }
      List<String> companions = source.companions(before);
      if (!companions.isEmpty()) {
        warn(
            String.join(", ", companions)
                + " in "
                + source.name()
                + " speak of the source's digest and don't carry over: sign and attest "
                + result.digest()
                + " anew");
      }
    }

    private ConversionReport report(
        Node root,
        Optional<RawManifest> result,
        boolean moved,
        Collection<LayerOutcome> outcomes,
        Optional<ConversionReport.Meta> meta) {
      List<ConversionReport.Layer> layers =
          outcomes.stream().map(each -> each.report(options.keepMediaTypes(), key)).toList();
      return new ConversionReport(
          source.name(),
          target.name(),
          root.raw().digest(),
          result,
          moved,
          List.copyOf(manifests),
          layers,
          meta,
          List.copyOf(warnings));
    }
  }
}
