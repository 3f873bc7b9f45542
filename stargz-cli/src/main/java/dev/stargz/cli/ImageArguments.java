package dev.stargz.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The places that a command line on images names, checked for whether they make sense together.
 *
 * @param from SRC
 * @param to DST, or SRC's own place
 * @param meta the place of the variant without files
 * @param reuseFrom where earlier results may be
 */
record ImageArguments(
    ImageLocation from,
    ImageLocation to,
    Optional<ImageLocation> meta,
    List<ImageLocation> reuseFrom) {

  /**
   * Reads the arguments.
   *
   * @throws UsageException if they can't be carried out
   */
  static ImageArguments of(ImageLocation from, @Nullable String target, ImageOptions options) {
    ImageLocation to = target(from, target, options);
    Optional<ImageLocation> meta =
        Optional.ofNullable(options.meta).map(text -> ImageLocation.parse("--meta", text));
    List<ImageLocation> reuseFrom =
        options.reuseFrom.stream().map(text -> ImageLocation.parse("--reuse-from", text)).toList();
    ImageArguments arguments = new ImageArguments(from, to, meta, reuseFrom);
    arguments.checkTargets(options);
    arguments.checkTags(options);
    arguments.checkMeta(options);
    return arguments;
  }

  private static ImageLocation target(
      ImageLocation from, @Nullable String target, ImageOptions options) {
    if (target == null) {
      if (options.upgrade || options.dryRun) {
        return ownPlace(from, options.upgrade ? "--upgrade" : "--dry-run without DST");
      }
      throw new UsageException(
          "DST is missing: expected where to write the image; --upgrade overwrites SRC");
    }
    if (options.upgrade) {
      throw new UsageException("--upgrade overwrites SRC: leave DST out, or --upgrade");
    }
    if (!(Location.parse("DST", target) instanceof ImageLocation to)) {
      throw new UsageException(
          "DST " + target + " is a layer and SRC " + from + " an image: expected two of a kind");
    }
    return to;
  }

  /** Where SRC can be overwritten: a registry's tag, or a layout's. */
  private static ImageLocation ownPlace(ImageLocation from, String what) {
    if (from instanceof RegistryLocation registry
        && (registry.tag().isPresent() || registry.digest().isEmpty())) {
      return registry.withoutDigest();
    }
    if (from instanceof LayoutLocation && from.tag().isPresent()) {
      return from;
    }
    throw new UsageException(
        what + ": SRC " + from + " has no tag to move: expected HOST/NAME:TAG or oci:DIR:TAG");
  }

  private void checkTargets(ImageOptions options) {
    if (to.isByDigest()) {
      throw new UsageException(
          "DST " + to + ": what will be written has another digest: expected a tag");
    }
    if (isSame(from, to) && !options.upgrade && !options.dryRun) {
      throw new UsageException(
          from instanceof ArchiveLocation
              ? "SRC " + from + " and DST " + to + " are the same file: expected another"
              : "SRC and DST are both " + to + ": --upgrade overwrites in place");
    }
    if (reuseFrom.stream().anyMatch(Location::isStream)) {
      throw new UsageException("--reuse-from can't read a stream: it is for what was kept");
    }
  }

  private void checkTags(ImageOptions options) {
    String backup = options.backupTag;
    if (backup != null && (isSame(to, to.tagged(backup)) || options.tags.contains(backup))) {
      throw new UsageException(
          "--backup-tag " + backup + " would be overwritten by the result: expected another");
    }
    if (to instanceof ArchiveLocation && !options.tags.isEmpty() && to.tag().isEmpty()) {
      throw new UsageException("--tag: DST " + to + " has no name: expected one behind its path");
    }
    for (String tag : options.upgrade ? List.<String>of() : options.tags) {
      if (!(to instanceof ArchiveLocation) && isSame(from, to.tagged(tag))) {
        throw new UsageException("--tag " + tag + " would overwrite SRC: --upgrade does that");
      }
    }
  }

  /** Whether writing to the one would replace the other. */
  private static boolean isSame(ImageLocation one, ImageLocation other) {
    return one.identity().isPresent() && one.identity().equals(other.identity());
  }

  private void checkMeta(ImageOptions options) {
    if (meta.isEmpty()) {
      return;
    }
    ImageLocation place = meta.get();
    if (place.isStream()) {
      throw new UsageException("--meta " + place + ": stdout is for the result: name a file");
    }
    if (place.isByDigest()) {
      throw new UsageException("--meta " + place + ": expected a tag, not a digest");
    }
    List<ImageLocation> others = new ArrayList<>(List.of(from, to));
    options.tags.forEach(tag -> others.add(to.tagged(tag)));
    if (options.backupTag != null) {
      others.add(to.tagged(options.backupTag));
    }
    if (others.stream().anyMatch(other -> isSame(place, other))) {
      throw new UsageException("--meta " + place + " would overwrite the image: expected another");
    }
  }

  /** All places that are in a registry. */
  List<RegistryLocation> registries() {
    List<ImageLocation> places = new ArrayList<>(List.of(from));
    places.addAll(written());
    places.addAll(reuseFrom);
    return places.stream()
        .filter(RegistryLocation.class::isInstance)
        .map(RegistryLocation.class::cast)
        .toList();
  }

  /** All places that are written to. */
  List<ImageLocation> written() {
    List<ImageLocation> places = new ArrayList<>(List.of(to));
    meta.ifPresent(places::add);
    return places;
  }

  /**
   * The registry that the login for writing is for: DST's, or where DST is none, the first of the
   * others. No other is shown a password that was given by hand.
   */
  Optional<String> loginHost() {
    List<ImageLocation> places = written();
    places.addAll(reuseFrom);
    return places.stream()
        .filter(RegistryLocation.class::isInstance)
        .map(place -> ((RegistryLocation) place).host())
        .findFirst();
  }

  /** Whether SRC and DST are one place. */
  boolean isInPlace() {
    return isSame(from, to);
  }

  /** Whether {@code --to-…} has something to open. */
  boolean hasRegistryBesidesSource() {
    return written().stream().anyMatch(RegistryLocation.class::isInstance)
        || reuseFrom.stream().anyMatch(RegistryLocation.class::isInstance);
  }
}
