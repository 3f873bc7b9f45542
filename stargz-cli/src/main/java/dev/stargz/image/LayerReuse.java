package dev.stargz.image;

import dev.stargz.format.StargzReader;
import dev.stargz.format.StargzVerifier;
import dev.stargz.format.VerifyReport;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.StargzException;
import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import dev.stargz.image.ConverterOptions.Reuse;
import dev.stargz.image.EarlierResults.Candidate;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Optional;

/** Takes what an earlier run made of a layer, if it is what it says. Any doubt means no. */
final class LayerReuse {
  private final EarlierResults results;
  private final BlobTransfer transfer;
  private final Reuse mode;

  LayerReuse(EarlierResults results, BlobTransfer transfer, Reuse mode) {
    this.results = results;
    this.transfer = transfer;
    this.mode = mode;
  }

  /** The layer from an earlier run, brought to the target; nothing if there is none. */
  Optional<LayerOutcome> find(LayerWork work) throws IOException {
    Optional<Candidate> candidate = results.find(work.descriptor().digest());
    if (candidate.isEmpty() || mode == Reuse.OFF) {
      return Optional.empty();
    }
    try {
      return reuse(work, candidate.get());
    } catch (InterruptedIOException e) {
      throw e;
    } catch (ImageException | StargzException | IllegalArgumentException e) {
      return Optional.empty(); // odd in any way: made anew
    }
  }

  private Optional<LayerOutcome> reuse(LayerWork work, Candidate candidate) throws IOException {
    Optional<ConvertedLayer> layer = candidate.layer();
    if (layer.isEmpty()) {
      return Optional.empty();
    }
    if (mode == Reuse.VERIFY) {
      return verified(work, candidate, layer.get());
    }
    if (!candidate.ofWholeImage()) {
      checkToc(candidate, layer.get());
    }
    return Optional.of(
        outcome(work, layer.get(), transfer.copy(candidate.descriptor(), candidate.place())));
  }

  private static void checkToc(Candidate candidate, ConvertedLayer layer) throws IOException {
    RandomAccessSource blob = candidate.place().openRanges(candidate.descriptor());
    StargzReader.open(blob, layer.tocDigest()).close();
  }

  /**
   * Reads all of the blob: its digest, its TOC against its tar, and the source's diffID from it.
   */
  private Optional<LayerOutcome> verified(LayerWork work, Candidate candidate, ConvertedLayer layer)
      throws IOException {
    return transfer.pulled(
        candidate.descriptor(),
        candidate.place(),
        file -> {
          if (!proves(file, work, layer)) {
            return Optional.empty();
          }
          Arrival arrival = transfer.copyOf(candidate.descriptor(), candidate.place(), file);
          return Optional.of(outcome(work, layer, arrival));
        });
  }

  private static boolean proves(Path file, LayerWork work, ConvertedLayer layer)
      throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(file), layer.tocDigest())) {
      VerifyReport report = StargzVerifier.verify(reader, layer.sourceTail());
      Optional<ContentDigest> source = report.sourceDiffId().map(ContentDigest::of);
      return report.isFaithful()
          && report.diffId().map(ContentDigest::of).equals(Optional.of(layer.diffId()))
          && source.isPresent()
          && source.equals(work.diffId());
    }
  }

  private static LayerOutcome outcome(LayerWork work, ConvertedLayer layer, Arrival arrival) {
    return new LayerOutcome(work.descriptor(), Action.REUSED, arrival, Optional.of(layer));
  }
}
