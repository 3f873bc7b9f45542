package dev.stargz.image;

import dev.stargz.format.WriterOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One run of an {@link ImageConverter}: read all manifests, work on the layers, rewrite the
 * manifests around them, send them, tag.
 */
final class Conversion {
  private final ConverterOptions options;
  private final ImageSource source;
  private final ImageTarget target;
  private final TempDir temp;
  private final String key;
  private final BlobTransfer transfer;
  private final LayerStage layerStage;
  private final ConversionWarnings warnings;
  private final List<ConversionReport.Manifest> manifests = new ArrayList<>();

  Conversion(
      ConverterOptions options,
      WriterOptions writer,
      ImageSource source,
      ImageTarget target,
      TempDir temp)
      throws IOException {
    this.options = options;
    this.source = source;
    this.target = target;
    this.temp = temp;
    this.key = options.writer().fingerprint() + (options.flatten() ? ";flatten" : "");
    this.transfer = new BlobTransfer(source, target, temp, DiskBudget.of(temp.path()), options);
    this.warnings = new ConversionWarnings(options, source);
    this.layerStage = new LayerStage(options, writer, key, source, target, transfer, warnings::add);
  }

  ConversionReport run() throws IOException {
    Node root = new NodeReader(source, options, warnings::add).read();
    List<Node.Image> images = Nodes.images(root);
    warnings.ofSource(images);
    ImageLayers layers = layerStage.run(images);
    warnings.ofLayers(images, layers);
    Optional<RawManifest> result = Optional.empty();
    Optional<ConversionReport.Meta> meta = Optional.empty();
    boolean tagMoved = false;
    if (layers.areKnown()) { // after a dry run they may not be
      Rewriter rewriter = new Rewriter(options, layers, key, warnings::add);
      RawManifest rewritten = rewriter.rewrite(root);
      send(rewriter.steps());
      tagMoved = new Tagging(options, source, target, warnings::add).tag(rewritten);
      meta = meta(rewritten, rewriter);
      warnings.ofResult(rewritten);
      result = Optional.of(rewritten);
    }
    return new ConversionReport(
        source.name(),
        target.name(),
        root.raw().digest(),
        result,
        tagMoved,
        List.copyOf(manifests),
        layers.report(),
        meta,
        warnings.all());
  }

  /** Sends all but the root, which is written when it is tagged. */
  private void send(List<Step> steps) throws IOException {
    Step root = steps.get(steps.size() - 1);
    for (Step step : steps) {
      if (step instanceof Step.Copy copy) {
        transfer.copy(copy.blob());
      } else if (step instanceof Step.Write write) {
        transfer.push(write.blob(), write.content(), write.blob());
      } else if (step instanceof Step.Push push) {
        if (step != root && !options.dryRun()) {
          target.pushManifest(push.raw());
        }
        manifests.add(push.report());
        options.listener().manifestDone(push.report());
      }
    }
  }

  /** The variant without files, if it is wanted. */
  private Optional<ConversionReport.Meta> meta(RawManifest converted, Rewriter rewriter)
      throws IOException {
    if (options.meta().isEmpty()) {
      return Optional.empty();
    }
    ImageTarget place = options.meta().get();
    MetaImage variant = new MetaImage(target.name(), rewriter.images(), rewriter.manifests());
    Optional<RawManifest> root = variant.make(converted);
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
}
