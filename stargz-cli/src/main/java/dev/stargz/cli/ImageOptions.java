package dev.stargz.cli;

import dev.stargz.image.ConverterOptions.Attestations;
import dev.stargz.image.ConverterOptions.Reuse;
import dev.stargz.image.Platform;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What becomes of an image. */
@Command(optionListHeading = "%nImages:%n")
final class ImageOptions {
  @Option(
      names = {"--upgrade", "-upgrade"},
      description = "Overwrite SRC in place, unless its tag moves meanwhile.")
  boolean upgrade;

  @Option(
      names = "--backup-tag",
      paramLabel = "TAG",
      description = "With --upgrade: the tag that keeps what SRC was.")
  @Nullable String backupTag;

  @Option(
      names = "--tag",
      paramLabel = "TAG",
      description = "A further tag for the result; may be given several times.")
  List<String> tags = new ArrayList<>();

  @Option(
      names = {"--flatten", "-flatten"},
      description = "Make all layers one.")
  boolean flatten;

  @Option(
      names = "--meta",
      paramLabel = "DST",
      description = "Also write a variant there that has the config and no files.")
  @Nullable String meta;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      split = ",",
      converter = Converters.ToPlatform.class,
      description =
          "Which images of an index to convert, as OS/ARCH[/VARIANT]; the rest is kept as it is."
              + " Several are separated by commas.")
  List<Platform> platforms = new ArrayList<>();

  @Option(names = "--only-platform", description = "With --platform: drop the rest of the index.")
  boolean onlyPlatform;

  @Option(
      names = "--attestations",
      paramLabel = "MODE",
      converter = Converters.ToAttestations.class,
      description =
          "relink (default) to the converted image, drop, or as-is. They still speak of SRC's"
              + " digests.")
  Attestations attestations = Attestations.RELINK;

  @Option(
      names = "--keep-media-types",
      description = "Keep Docker's media types, for registries that take no others.")
  boolean keepMediaTypes;

  @Option(
      names = "--include-foreign",
      description = "Fetch and convert layers that SRC only links to, such as Windows base layers.")
  boolean includeForeign;

  @Option(
      names = "--reuse",
      paramLabel = "MODE",
      converter = Converters.ToReuse.class,
      description =
          "auto (default): take earlier results that DST has. verify: if they prove themselves."
              + " off: never.")
  Reuse reuse = Reuse.AUTO;

  @Option(
      names = "--reuse-from",
      paramLabel = "REF",
      description = "Where earlier results may be besides DST; may be given several times.")
  List<String> reuseFrom = new ArrayList<>();

  @Option(
      names = "--referrers-tag",
      description = "Write the tag by which registries without the referrers API find referrers.")
  boolean referrersTag;

  @Option(names = "--force", description = "Convert even layers that already are a stargz.")
  boolean force;

  @Option(
      names = "--dry-run",
      description = "Write nothing; print what would be converted, reused and sent.")
  boolean dryRun;
}
