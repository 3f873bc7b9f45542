package dev.stargz.cli;

import dev.stargz.extract.ExtractOptions;
import dev.stargz.format.tree.OverlayXattr;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How files are extracted. */
@Command(optionListHeading = "%nExtracting:%n")
final class ExtractSettings {
  @Option(
      names = "--overwrite",
      description =
          "DIR may have files in it: those of the same names are replaced, directories stay. What"
              + " symbolic links in it lead to is never touched.")
  private boolean overwrite;

  @Option(
      names = "--no-same-owner",
      description = "All files belong to who extracts them; without root they do anyway.")
  private boolean noSameOwner;

  @SuppressWarnings("unused") // for those who know it from tar
  @Option(
      names = "--numeric-owner",
      description = "Owners are numbers, whatever the names beside them; always so.")
  private boolean numericOwner;

  @Option(
      names = "--overlay",
      description =
          "One layer as overlayfs wants it: a removed file is a device 0:0, a directory that hides"
              + " lower ones has trusted.overlay.opaque. What can't be marked so is a failure.")
  private boolean overlay;

  @Option(
      names = "--overlay-user",
      description = "The same with user.overlay.opaque, for mounts with the option userxattr.")
  private boolean overlayUser;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many threads write files; default one a core, 2 to 8.")
  private @Nullable Integer threads;

  @Option(
      names = "--progress",
      paramLabel = "MODE",
      description = "auto (default: live on a terminal), plain (a line each 5 s), none.",
      converter = Converters.ToProgressMode.class)
  ProgressMode progress = ProgressMode.AUTO;

  /** The marks of overlayfs, if they are wanted. */
  Optional<OverlayXattr> overlay() {
    if (overlay && overlayUser) {
      throw new UsageException("--overlay or --overlay-user: expected one of them");
    }
    if (overlayUser) {
      return Optional.of(OverlayXattr.USER);
    }
    return overlay ? Optional.of(OverlayXattr.TRUSTED) : Optional.empty();
  }

  /** What the extractor takes of it. */
  ExtractOptions toOptions() {
    ExtractOptions options = ExtractOptions.defaults();
    if (threads != null) {
      if (threads < 1) {
        throw new UsageException("--threads: expected 1 or more, found " + threads);
      }
      options = options.withThreads(threads);
    }
    options = options.withOverwrite(overwrite).withSameOwner(!noSameOwner);
    Optional<OverlayXattr> marks = overlay();
    return marks.isPresent() ? options.withOverlay(marks.get()) : options;
  }
}
