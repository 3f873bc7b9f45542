package dev.stargz.cli;

import dev.stargz.image.ContentDigest;
import dev.stargz.image.ConversionReport;
import dev.stargz.image.ConversionReport.Action;
import dev.stargz.image.ConversionReport.Arrival;
import dev.stargz.image.ConversionReport.Kind;
import dev.stargz.image.ConversionReport.Layer;
import dev.stargz.image.ConversionReport.Manifest;
import dev.stargz.image.Descriptor;
import dev.stargz.image.Platform;
import java.util.Optional;

/** Parts of reports, with digests of one digit. */
final class Reports {
  private Reports() {}

  static ContentDigest digest(char digit) {
    return new ContentDigest("sha256", String.valueOf(digit).repeat(64));
  }

  static Descriptor descriptor(char digit, long size) {
    return Descriptor.of("application/vnd.oci.image.layer.v1.tar+gzip", digest(digit), size);
  }

  static Layer layer(Descriptor source, Descriptor target, Action action, Arrival arrival) {
    return new Layer(source, Optional.of(target), action, arrival, 1_500_000_000L);
  }

  static Manifest manifest(Kind kind, char source, char target) {
    Optional<Platform> platform =
        kind == Kind.IMAGE ? Optional.of(Platform.parse("linux/amd64")) : Optional.empty();
    return new ConversionReport.Manifest(
        kind, platform, digest(source), Optional.of(digest(target)));
  }
}
