package dev.stargz.image;

import dev.stargz.format.LayerFlattener;
import dev.stargz.format.MergedLayers;
import dev.stargz.format.StargzWriter;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.WrittenBlob;
import dev.stargz.format.blob.StargzException;
import dev.stargz.image.ConversionListener.Phase;
import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes one stargz of all layers of an image. They are brought into files first, because a merge
 * reads each of them twice; what it gives goes straight into the writer.
 */
final class ImageFlattener {
  private final ImageSource source;
  private final BlobTransfer transfer;
  private final LayerReuse reuse;
  private final ConverterOptions options;
  private final WriterOptions writer;

  ImageFlattener(
      ImageSource source,
      BlobTransfer transfer,
      LayerReuse reuse,
      ConverterOptions options,
      WriterOptions writer) {
    this.source = source;
    this.transfer = transfer;
    this.reuse = reuse;
    this.options = options;
    this.writer = writer;
  }

  /** All layers of an image as if they were one: named by the manifest, of their sizes' sum. */
  static Descriptor whole(Node.Image image) {
    long size = image.layers().stream().mapToLong(Descriptor::size).sum();
    return Descriptor.of(MediaTypes.OCI_LAYER_GZIP, image.raw().digest(), size);
  }

  /** Merges and converts the layers of an image, and brings the result to the target. */
  LayerOutcome run(Node.Image image) throws IOException {
    long start = System.nanoTime();
    return outcome(image).withNanos(System.nanoTime() - start);
  }

  private LayerOutcome outcome(Node.Image image) throws IOException {
    checkKinds(image);
    Descriptor whole = whole(image);
    Optional<LayerOutcome> earlier =
        reuse.find(new LayerWork(LayerWork.Treatment.CONVERT, whole, Optional.empty()));
    if (earlier.isPresent()) {
      return earlier.get();
    }
    if (options.dryRun()) {
      return new LayerOutcome(whole, Action.FLATTENED, Arrival.NONE, Optional.empty());
    }
    // Both the layers and what becomes of them are on the disk at once.
    return transfer.withFile(2 * whole.size(), file -> merge(image, whole, file));
  }

  private void checkKinds(Node.Image image) throws ImageException {
    for (int i = 0; i < image.layers().size(); i++) {
      LayerWork work = LayerWork.of(image, i, options);
      if (work.treatment() != LayerWork.Treatment.CONVERT) {
        throw new ImageException(
            source.name()
                + ": layer "
                + work.descriptor()
                + " can't be merged with others: expected plain layers; convert without --flatten"
                + (MediaTypes.isForeign(work.descriptor().mediaType())
                    ? ", or with --include-foreign"
                    : ""));
      }
    }
  }

  private LayerOutcome merge(Node.Image image, Descriptor whole, Path file) throws IOException {
    Map<ContentDigest, Path> files = new HashMap<>();
    try {
      List<SpooledLayer> layers = new ArrayList<>();
      long before = 0;
      for (Descriptor layer : image.layers()) {
        if (!files.containsKey(layer.digest())) {
          files.put(layer.digest(), pull(layer, whole, before));
        }
        before += layer.size();
        layers.add(new SpooledLayer(layer.digest().toString(), files.get(layer.digest())));
      }
      return convert(image, whole, layers, file);
    } finally {
      for (Path spooled : files.values()) {
        Files.deleteIfExists(spooled);
      }
    }
  }

  /** A layer in a file. */
  private record SpooledLayer(String name, Path file) implements LayerFlattener.Layer {
    @Override
    public InputStream open() throws IOException {
      return Files.newInputStream(file);
    }
  }

  /** Brings a layer into a file; it is the part of the whole that follows {@code before} bytes. */
  private Path pull(Descriptor layer, Descriptor whole, long before) throws IOException {
    ConversionListener part =
        new ConversionListener() {
          @Override
          public void progress(Descriptor of, Phase phase, long done, long total) {
            options.listener().progress(whole, phase, before + done, whole.size());
          }
        };
    Path file = transfer.newFile();
    try (CheckedInput in = new CheckedInput(source.openBlob(layer), layer, part);
        OutputStream out = Files.newOutputStream(file)) {
      in.transferTo(out);
      if (!in.isAsDescribed()) {
        throw Blobs.damaged(source, "layer", layer);
      }
    }
    return file;
  }

  private LayerOutcome convert(
      Node.Image image, Descriptor whole, List<SpooledLayer> layers, Path file) throws IOException {
    List<String> warnings = new ArrayList<>();
    WrittenBlob blob;
    try (Pipe<MergedLayers> pipe =
            Pipe.start("flatten", out -> new LayerFlattener(writer).flatten(layers, out));
        OutputStream out = BlobTransfer.write(file)) {
      blob = write(pipe, out);
      MergedLayers merged = pipe.result();
      checkDiffIds(image, merged);
      merged.warnings().forEach(warning -> warnings.add(warning.message()));
    } catch (StargzException e) {
      throw new ImageException(source.name() + ": " + e.getMessage(), e);
    }
    ConvertedLayer converted = ConvertedLayer.of(blob);
    Arrival arrival = transfer.push(converted.blob(), BlobContent.of(file), whole);
    return new LayerOutcome(whole, Action.FLATTENED, arrival, Optional.of(converted))
        .withWarnings(warnings)
        .withFindings(blob, writer);
  }

  /** A merge that fails ends its tar early, which the writer may take for an error of the tar. */
  private WrittenBlob write(Pipe<MergedLayers> pipe, OutputStream out) throws IOException {
    try {
      return new StargzWriter(writer).write(pipe.input(), out);
    } catch (StargzException e) {
      if (pipe.hasFailed()) {
        pipe.result();
      }
      throw e;
    }
  }

  private void checkDiffIds(Node.Image image, MergedLayers merged) throws ImageException {
    for (int i = 0; i < image.layers().size(); i++) {
      ContentDigest found = ContentDigest.of(merged.diffIds().get(i));
      LayerWork work = LayerWork.of(image, i, options);
      work.checkDiffId(found, source.name());
    }
  }
}
