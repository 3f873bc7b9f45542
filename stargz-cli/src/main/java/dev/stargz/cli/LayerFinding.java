package dev.stargz.cli;

import dev.stargz.format.VerifyReport;
import dev.stargz.format.VerifyReport.Difference;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.LayerClaims;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code verify} found out about one layer.
 *
 * @param layer the one
 * @param state how it stands
 * @param report of its bytes; nothing if it is no stargz, or its TOC can't be read
 * @param differences the first ones, those between its bytes and its image before those within it
 * @param more how many there are besides
 * @param reason why it is no stargz, or empty
 */
record LayerFinding(
    OpenLayer layer,
    State state,
    Optional<VerifyReport> report,
    List<Difference> differences,
    long more,
    String reason) {
  /** How a layer stands. */
  enum State {
    /** It is what its TOC, its manifest and its config say. */
    FAITHFUL,
    /** It is something else. */
    DIFFERENT,
    /** It has no TOC that could be compared. */
    NO_STARGZ
  }

  /** A layer whose bytes were read. */
  static LayerFinding of(OpenLayer layer, VerifyReport report, List<Difference> claims) {
    List<Difference> all = new ArrayList<>(claims);
    all.addAll(report.differences());
    State state = all.isEmpty() ? State.FAITHFUL : State.DIFFERENT;
    return new LayerFinding(
        layer, state, Optional.of(report), List.copyOf(all), report.moreDifferences(), "");
  }

  /** A layer whose TOC is damaged. */
  static LayerFinding damaged(OpenLayer layer, String damage) {
    Difference difference = new Difference(Optional.empty(), "damage", "none", damage);
    return new LayerFinding(layer, State.DIFFERENT, Optional.empty(), List.of(difference), 0, "");
  }

  /** A layer that isn't one to be verified. */
  static LayerFinding noStargz(OpenLayer layer, String reason) {
    return new LayerFinding(layer, State.NO_STARGZ, Optional.empty(), List.of(), 0, reason);
  }

  /** How many differences there are. */
  long count() {
    return differences.size() + more;
  }

  /** How many of the layers stand so. */
  static long count(List<LayerFinding> layers, State state) {
    return layers.stream().filter(each -> each.state() == state).count();
  }

  /** What is said of the layer and was not compared, though its bytes were read. */
  List<String> unchecked() {
    return report.isEmpty()
        ? List.of()
        : layer
            .descriptor()
            .map(each -> new LayerClaims(each, layer.diffId()).unchecked())
            .orElse(List.of());
  }

  /** How the manifest names the layer. */
  Optional<ContentDigest> digest() {
    return layer.descriptor().map(Descriptor::digest);
  }

  /** The first {@code most} differences, as lines. */
  Stream<String> lines(int most) {
    long left = count() - Math.min(most, differences.size());
    Stream<String> shown =
        differences.stream().limit(most).map(each -> OneLine.of(each.toString()));
    return left > 0 ? Stream.concat(shown, Stream.of("... and " + left + " more")) : shown;
  }
}
