package dev.stargz.image;

import dev.stargz.format.StargzReader;
import dev.stargz.format.StargzVerifier;
import dev.stargz.format.StargzWriter;
import dev.stargz.format.VerifyReport;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.WriterWarning;
import dev.stargz.format.WriterWarning.Kind;
import dev.stargz.format.WrittenBlob;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.NotStargzException;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.StargzException;
import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes a stargz of a layer and brings it to the target, with as little work as will do: an earlier
 * run's result, the layer as it is if it is a stargz, and else a conversion.
 */
final class LayerConverter {
  private static final String ADVICE =
      "; --force makes a new stargz of its tar, if the source is to be trusted";

  private final ImageSource source;
  private final BlobTransfer transfer;
  private final LayerReuse reuse;
  private final ConverterOptions options;
  private final WriterOptions writer;

  LayerConverter(
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

  /** Does what is to be done with a layer. */
  LayerOutcome run(LayerWork work) throws IOException {
    long start = System.nanoTime();
    LayerOutcome outcome =
        switch (work.treatment()) {
          case CONVERT -> toStargz(work);
          case COPY ->
              new LayerOutcome(
                  work.descriptor(),
                  Action.COPIED,
                  transfer.copy(work.descriptor()),
                  Optional.empty());
          case LEAVE ->
              new LayerOutcome(work.descriptor(), Action.COPIED, Arrival.NONE, Optional.empty());
        };
    return outcome.withNanos(System.nanoTime() - start);
  }

  private LayerOutcome toStargz(LayerWork work) throws IOException {
    Optional<LayerOutcome> done = reuse.find(work);
    if (done.isEmpty() && !options.force()) {
      done = passThrough(work);
    }
    if (done.isPresent()) {
      return done.get();
    }
    if (options.dryRun()) {
      return new LayerOutcome(work.descriptor(), Action.CONVERTED, Arrival.NONE, Optional.empty());
    }
    return convert(work);
  }

  // ---- a layer that is a stargz

  private Optional<LayerOutcome> passThrough(LayerWork work) throws IOException {
    Descriptor layer = work.descriptor();
    if (!layer.mediaType().endsWith("gzip")) {
      return Optional.empty();
    }
    Optional<Digest> promised = ConvertedLayer.tocDigest(layer);
    Optional<Digest> found;
    try (StargzReader reader = StargzReader.open(source.openRanges(layer))) {
      found = Optional.of(reader.tocDigest());
    } catch (NotStargzException e) {
      return Optional.empty();
    } catch (ImageException e) {
      return Optional.empty(); // no ranges here; if there is no blob either, its pull will say so
    } catch (StargzException e) {
      throw refused(layer, e);
    }
    if (found.equals(promised)) {
      return Optional.of(
          new LayerOutcome(layer, Action.PASSED_THROUGH, transfer.copy(layer), Optional.empty()));
    }
    return Optional.of(annotate(work));
  }

  private ImageException refused(Descriptor layer, StargzException e) {
    ImageException refusal = refused(layer, String.valueOf(e.getMessage()));
    refusal.initCause(e);
    return refusal;
  }

  private ImageException refused(Descriptor layer, String reason) {
    return new ImageException(
        source.name()
            + ": layer "
            + layer.digest()
            + " looks like a stargz, but "
            + reason
            + ": refused, because a reader would see other files than the tar holds"
            + ADVICE);
  }

  /** To say that a layer is a stargz is to vouch for its TOC: all of it is read and compared. */
  private LayerOutcome annotate(LayerWork work) throws IOException {
    Descriptor layer = work.descriptor();
    if (options.dryRun()) {
      return new LayerOutcome(layer, Action.ANNOTATED, Arrival.NONE, Optional.empty());
    }
    return transfer.pulled(
        layer,
        source,
        file -> {
          VerifyReport report = verify(layer, file);
          ContentDigest diffId = ContentDigest.of(report.diffId().orElseThrow());
          work.checkDiffId(diffId, source.name());
          ConvertedLayer converted =
              new ConvertedLayer(
                  layer.digest(),
                  layer.size(),
                  diffId,
                  report.tocDigest(),
                  OptionalLong.of(report.uncompressedSize()),
                  OptionalLong.of(report.tocOffset()),
                  OptionalLong.empty());
          Arrival arrival = transfer.copyOf(layer, source, file);
          return new LayerOutcome(layer, Action.ANNOTATED, arrival, Optional.of(converted));
        });
  }

  private VerifyReport verify(Descriptor layer, Path file) throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(file))) {
      VerifyReport report = StargzVerifier.verify(reader);
      if (!report.isFaithful()) {
        throw refused(layer, "its TOC lies: " + report.differences().get(0));
      }
      return report;
    } catch (StargzException e) {
      throw refused(layer, e);
    }
  }

  // ---- conversion

  private LayerOutcome convert(LayerWork work) throws IOException {
    Descriptor layer = work.descriptor();
    return transfer.withFile(
        expectedSize(layer),
        file -> {
          List<String> warnings = new ArrayList<>();
          WrittenBlob blob = write(layer, file, warnings);
          work.checkDiffId(ContentDigest.of(blob.sourceDiffId()), source.name());
          Optional<WriterWarning> dangling =
              blob.warnings().stream()
                  .filter(warning -> warning.kind() == Kind.DANGLING_HARDLINK)
                  .findFirst();
          if (dangling.isPresent()) {
            return leave(layer, dangling.get());
          }
          ConvertedLayer converted = ConvertedLayer.of(blob);
          Arrival arrival = transfer.push(converted.blob(), BlobContent.of(file), layer);
          return outcome(layer, blob, converted, arrival, warnings);
        });
  }

  /** A stargz is larger than its gzip by a few percent, unless there are many small files. */
  private static long expectedSize(Descriptor layer) {
    return layer.size() + layer.size() / 8;
  }

  private WrittenBlob write(Descriptor layer, Path file, List<String> warnings) throws IOException {
    try (CheckedInput in = new CheckedInput(source.openBlob(layer), layer, options.listener());
        OutputStream out = BlobTransfer.write(file)) {
      WrittenBlob blob;
      try {
        blob = new StargzWriter(writer).write(in, out);
      } catch (StargzException e) {
        in.drain();
        throw in.isAsDescribed() ? failed(layer, e) : Blobs.damaged(source, "layer", layer);
      }
      in.drain();
      if (!in.isAsDescribed()) {
        throw Blobs.damaged(source, "layer", layer);
      }
      warnOfLabel(layer, in.compression(), warnings);
      return blob;
    }
  }

  private ImageException failed(Descriptor layer, StargzException e) {
    return new ImageException(
        source.name() + ": layer " + layer.digest() + ": " + e.getMessage(), e);
  }

  private static void warnOfLabel(Descriptor layer, String compression, List<String> warnings) {
    String type = layer.mediaType();
    String label = type.endsWith("gzip") ? "gzip" : type.endsWith("zstd") ? "zstd" : "a plain tar";
    if (!label.equals(compression)) {
      warnings.add(
          "its media type says "
              + label
              + ", its bytes are "
              + compression
              + ": converted all the same, and labelled rightly now");
    }
  }

  /** A layer that readers of the format would refuse is better off as it is. */
  private LayerOutcome leave(Descriptor layer, WriterWarning warning) throws IOException {
    return new LayerOutcome(layer, Action.COPIED, transfer.copy(layer), Optional.empty())
        .withWarnings(List.of(warning.message() + "; so it stays unconverted"));
  }

  private LayerOutcome outcome(
      Descriptor layer,
      WrittenBlob blob,
      ConvertedLayer converted,
      Arrival arrival,
      List<String> warnings) {
    int missing = 0;
    for (WriterWarning warning : blob.warnings()) {
      if (warning.kind() == Kind.PRIORITIZED_MISSING) {
        missing++;
      } else {
        warnings.add(warning.message());
      }
    }
    return new LayerOutcome(
        layer,
        Action.CONVERTED,
        arrival,
        Optional.of(converted),
        0,
        warnings,
        missing < writer.prioritizedFiles().size());
  }
}
