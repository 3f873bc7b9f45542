package dev.stargz.image;

import dev.stargz.format.WriterOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
      int parallelLayers,
      ImageSource source,
      ImageTarget target,
      TempDir temp)
      throws IOException {
    this.options = options;
    this.source = source;
    this.target = target;
    this.temp = temp;
    this.key =
        options.writer().fingerprint()
            + (options.flatten() ? ";flatten" : "")
            + (options.force() ? ";force" : "");
    this.transfer = new BlobTransfer(source, target, temp, DiskBudget.of(temp.path()), options);
    this.warnings = new ConversionWarnings(options, source);
    this.layerStage =
        new LayerStage(
            options, writer, parallelLayers, key, source, target, transfer, warnings::add);
  }

  ConversionReport run() throws IOException {
    Node root = new NodeReader(source, options, warnings::add).read();
    List<Node.Image> images = Nodes.images(root);
    target.announce(Nodes.manifests(root));
    if (options.meta().isPresent()) {
      options.meta().get().announce(images.stream().map(Node.Image::raw).toList());
    }
    warnings.ofSource(images);
    ImageLayers layers = layerStage.run(images);
    warnings.ofLayers(images, layers);
    Optional<RawManifest> result = Optional.empty();
    Optional<ConversionReport.Meta> meta = Optional.empty();
    boolean tagMoved = false;
    if (layers.areKnown()) { // after a dry run they may not be
      Rewriter rewriter = new Rewriter(options, layers, key, warnings::add);
      RawManifest rewritten = rewriter.rewrite(root);
      Optional<MetaVariant> variant = variant(rewritten, rewriter);
      boolean unchanged = rewritten.digest().equals(root.raw().digest());
      send(rewriter.steps(), options.upgrade() && unchanged);
      if (variant.isPresent()) {
        variant.get().send();
      }
      tagMoved = new Tagging(options, source, target, warnings::add).tag(rewritten);
      if (variant.isPresent()) {
        meta = Optional.of(variant.get().tag());
      }
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

  /**
   * Sends all but the root, which is written when it is tagged.
   *
   * @param all whether the target has all manifests: it is the source, and nothing changed
   */
  private void send(List<Step> steps, boolean all) throws IOException {
    Step root = steps.get(steps.size() - 1);
    Set<ContentDigest> pushed = new HashSet<>();
    for (Step step : steps) {
      if (step instanceof Step.Copy copy) {
        transfer.copy(copy.blob());
      } else if (step instanceof Step.Write write) {
        transfer.push(write.blob(), write.content(), write.blob());
      } else if (step instanceof Step.Push push) {
        boolean missing = step != root && !all && pushed.add(push.raw().digest());
        if (missing && !options.dryRun()) {
          target.pushManifest(push.raw());
        }
        manifests.add(push.report());
        options.listener().manifestDone(push.report());
      }
    }
  }

  /** The variant without files, if it is wanted. */
  private Optional<MetaVariant> variant(RawManifest converted, Rewriter rewriter)
      throws IOException {
    if (options.meta().isEmpty()) {
      return Optional.empty();
    }
    ImageTarget place = options.meta().get();
    BlobTransfer other = new BlobTransfer(source, place, temp, DiskBudget.of(temp.path()), options);
    MetaImage maker = new MetaImage(target.name(), rewriter.images(), rewriter.manifests());
    RawManifest root =
        maker
            .make(converted)
            .orElseThrow(
                () ->
                    new ImageException(
                        place.name()
                            + ": there is no image in "
                            + source.name()
                            + " to make a variant of"));
    return Optional.of(new MetaVariant(place, target, root, maker.steps(), other, options));
  }
}
