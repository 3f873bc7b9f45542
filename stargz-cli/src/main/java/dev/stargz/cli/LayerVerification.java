package dev.stargz.cli;

import dev.stargz.format.StargzReader;
import dev.stargz.format.StargzVerifier;
import dev.stargz.format.VerifyOptions;
import dev.stargz.format.VerifyReport;
import dev.stargz.format.VerifyReport.Difference;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.image.BlobSizeException;
import dev.stargz.image.Descriptor;
import dev.stargz.image.ImageException;
import dev.stargz.image.LayerClaims;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads layers to their ends and compares them with what is said of them; each blob once. */
final class LayerVerification {
  private final VerifyOptions options;
  private final VerifyProgress progress;
  private final Map<Descriptor, LayerFinding> done = new HashMap<>();

  LayerVerification(VerifyOptions options, VerifyProgress progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * Verifies a layer.
   *
   * @throws IOException if it can't be read
   */
  LayerFinding verify(OpenLayer layer) throws IOException {
    Optional<Descriptor> descriptor = layer.descriptor();
    LayerFinding before = descriptor.map(done::get).orElse(null);
    if (before != null) {
      return again(layer, before);
    }
    LayerFinding finding = read(layer);
    descriptor.ifPresent(each -> done.put(each, finding));
    return finding;
  }

  /** The same blob in another place of the image, where the config may say something else. */
  private static LayerFinding again(OpenLayer layer, LayerFinding before) {
    if (before.report().isPresent()) {
      return LayerFinding.of(layer, before.report().get(), claims(layer, before.report().get()));
    }
    return new LayerFinding(
        layer,
        before.state(),
        before.report(),
        before.differences(),
        before.more(),
        before.reason());
  }

  private LayerFinding read(OpenLayer layer) throws IOException {
    try (LayerProbe probe = LayerProbe.open(layer)) {
      if (probe.reader().isEmpty()) {
        return LayerProbe.isAnnotated(layer)
            ? LayerFinding.damaged(layer, "annotated as a stargz, but " + probe.reason())
            : LayerFinding.noStargz(layer, probe.reason());
      }
      StargzReader reader = probe.reader().get();
      VerifyReport report =
          StargzVerifier.verify(
              reader, options.withProgress(read -> progress.show(layer, read, reader.size())));
      return LayerFinding.of(layer, report, claims(layer, report));
    } catch (CorruptException e) {
      return LayerFinding.damaged(layer, String.valueOf(e.getMessage()));
    } catch (BlobSizeException e) {
      return LayerFinding.damaged(layer, String.valueOf(e.getMessage()));
    } catch (UnsupportedException e) {
      throw layer.descriptor().isEmpty()
          ? e
          : new ImageException(layer.name() + ": " + e.getMessage(), e);
    }
  }

  private static List<Difference> claims(OpenLayer layer, VerifyReport report) {
    return layer
        .descriptor()
        .map(descriptor -> new LayerClaims(descriptor, layer.diffId()).compare(report))
        .orElse(List.of());
  }
}
