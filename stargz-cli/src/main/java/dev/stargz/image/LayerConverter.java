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
import dev.stargz.format.toc.Footer;
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
  /** How many times larger than its gzip a tar is, roughly. */
  private static final int SPOOLED = 3;

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

  /**
   * What the descriptor says is a stargz is looked at first, and anything else only after what
   * earlier runs left: so the same layer always comes out the same, and costs no request twice.
   */
  private LayerOutcome toStargz(LayerWork work) throws IOException {
    Descriptor layer = work.descriptor();
    boolean looks = !options.force() && layer.mediaType().endsWith("gzip");
    Optional<Digest> promised = looks ? ConvertedLayer.tocDigest(layer) : Optional.empty();
    Optional<Digest> found = promised.isPresent() ? tocDigest(layer) : Optional.empty();
    if (found.isPresent() && found.equals(promised)) {
      return passThrough(work);
    }
    Optional<LayerOutcome> earlier = reuse.find(work);
    if (earlier.isPresent()) {
      return earlier.get();
    }
    if (looks && promised.isEmpty()) {
      found = tocDigest(layer);
    }
    if (found.isPresent()) {
      return annotate(work);
    }
    return options.dryRun()
        ? new LayerOutcome(layer, Action.CONVERTED, Arrival.NONE, Optional.empty())
        : convert(work);
  }

  // ---- a layer that is a stargz

  private LayerOutcome passThrough(LayerWork work) throws IOException {
    Descriptor layer = work.descriptor();
    Optional<ConvertedLayer> stargz = ConvertedLayer.of(layer, work.diffId().orElseThrow());
    return new LayerOutcome(layer, Action.PASSED_THROUGH, transfer.copy(layer), stargz);
  }

  /** The digest of a layer's TOC; nothing if the layer isn't a stargz. */
  private Optional<Digest> tocDigest(Descriptor layer) throws IOException {
    try {
      return tocDigest(layer, source.openRanges(layer));
    } catch (BlobMissingException | RefusedLayerException e) {
      throw e;
    } catch (ImageException e) { // no ranges here, so all of it
      return transfer.pulled(layer, source, file -> tocDigest(layer, RandomAccessSource.of(file)));
    }
  }

  private Optional<Digest> tocDigest(Descriptor layer, RandomAccessSource blob) throws IOException {
    try (StargzReader reader = StargzReader.open(blob, Optional.empty(), tocOffset(layer))) {
      return Optional.of(reader.tocDigest());
    } catch (NotStargzException e) {
      return Optional.empty();
    } catch (StargzException e) {
      throw refused(layer, e);
    }
  }

  /** Where the TOC is. Most layers that don't say so have none: their last bytes will do. */
  private static OptionalLong tocOffset(Descriptor layer) {
    OptionalLong said = ConvertedLayer.number(layer, Annotations.TOC_OFFSET);
    return said.isPresent() ? said : OptionalLong.of(Math.max(0, layer.size() - Footer.TAIL));
  }

  /** A layer that pretends to be what it isn't. */
  private static final class RefusedLayerException extends ImageException {
    private static final long serialVersionUID = 1L;

    RefusedLayerException(String message) {
      super(message);
    }
  }

  private ImageException refused(Descriptor layer, StargzException e) {
    ImageException refusal = refused(layer, String.valueOf(e.getMessage()));
    refusal.initCause(e);
    return refusal;
  }

  private ImageException refused(Descriptor layer, String reason) {
    return new RefusedLayerException(
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
    LayerOutcome outcome = transfer.withFile(expectedSize(layer), file -> convert(work, file));
    // Only now, when its own file is gone: one that held a share of the disk and asked for another
    // might wait for itself.
    return outcome.action() == Action.COPIED ? outcome.withArrival(transfer.copy(layer)) : outcome;
  }

  private LayerOutcome convert(LayerWork work, Path file) throws IOException {
    Descriptor layer = work.descriptor();
    List<String> warnings = new ArrayList<>();
    WrittenBlob blob = write(layer, file, warnings);
    work.checkDiffId(ContentDigest.of(blob.sourceDiffId()), source.name());
    for (WriterWarning warning : blob.warnings()) {
      if (warning.kind() == Kind.DANGLING_HARDLINK) {
        // Readers of the format would refuse it: it is better off as it is.
        return new LayerOutcome(layer, Action.COPIED, Arrival.NONE, Optional.empty())
            .withWarnings(List.of(warning.message() + "; so it stays unconverted"));
      }
    }
    ConvertedLayer converted = ConvertedLayer.of(blob);
    Arrival arrival = transfer.push(converted.blob(), BlobContent.of(file), layer);
    return new LayerOutcome(layer, Action.CONVERTED, arrival, Optional.of(converted))
        .withWarnings(warnings)
        .withFindings(blob, writer);
  }

  /**
   * A stargz is larger than its gzip by a few percent, unless there are many small files. For
   * prioritized files the whole tar is spooled, too.
   */
  private long expectedSize(Descriptor layer) {
    long spooled = writer.prioritizedFiles().isEmpty() ? 0 : SPOOLED * layer.size();
    return layer.size() + layer.size() / 8 + spooled;
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
}
