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
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

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
    if (mode == Reuse.OFF) {
      return Optional.empty();
    }
    for (Candidate candidate : results.find(work.descriptor().digest())) {
      Optional<ConvertedLayer> layer = promise(candidate);
      if (layer.isPresent()) {
        Optional<Arrival> arrival =
            mode == Reuse.VERIFY
                ? verified(work, candidate, layer.get())
                : transfer.copyIfWhole(candidate.descriptor(), candidate.place());
        if (arrival.isPresent()) {
          return Optional.of(outcome(work, layer.get(), arrival.get()));
        }
      }
    }
    return Optional.empty();
  }

  /** What a candidate is said to be, as far as that can be had without reading all of it. */
  private Optional<ConvertedLayer> promise(Candidate candidate) throws IOException {
    try {
      Optional<ConvertedLayer> layer = candidate.layer();
      boolean looks = mode == Reuse.AUTO && !candidate.ofWholeImage();
      return layer.filter(ConvertedLayer::isComplete).isPresent()
              && (!looks || hasToc(candidate, layer.get()))
          ? layer
          : Optional.empty();
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // odd in any way: made anew
    }
  }

  private static boolean hasToc(Candidate candidate, ConvertedLayer layer) throws IOException {
    RandomAccessSource blob = candidate.place().openRanges(candidate.descriptor());
    try (StargzReader reader =
        StargzReader.open(blob, Optional.of(layer.tocDigest()), layer.tocOffset())) {
      return layer.tocOffset().equals(OptionalLong.of(reader.tocOffset()));
    }
  }

  /**
   * Reads all of the blob: its digest, its TOC against its tar, and the source's diffID from it.
   */
  private Optional<Arrival> verified(LayerWork work, Candidate candidate, ConvertedLayer layer)
      throws IOException {
    return transfer
        .pulledIfWhole(
            candidate.descriptor(),
            candidate.place(),
            file ->
                proves(file, work, layer)
                    ? Optional.of(transfer.copyOf(candidate.descriptor(), candidate.place(), file))
                    : Optional.<Arrival>empty())
        .flatMap(arrival -> arrival);
  }

  /** Whether the blob alone shows everything that its descriptor says of it. */
  private static boolean proves(Path file, LayerWork work, ConvertedLayer layer)
      throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(file), layer.tocDigest())) {
      VerifyReport report = StargzVerifier.verify(reader, layer.sourceTail());
      Optional<ContentDigest> source = report.sourceDiffId().map(ContentDigest::of);
      return report.isFaithful()
          && report.diffId().map(ContentDigest::of).equals(Optional.of(layer.diffId()))
          && layer.uncompressedSize().equals(OptionalLong.of(report.uncompressedSize()))
          && layer.tocOffset().equals(OptionalLong.of(report.tocOffset()))
          && source.isPresent()
          && source.equals(work.diffId());
    } catch (StargzException e) {
      return false;
    }
  }

  private static LayerOutcome outcome(LayerWork work, ConvertedLayer layer, Arrival arrival) {
    return new LayerOutcome(work.descriptor(), Action.REUSED, arrival, Optional.of(layer));
  }
}
