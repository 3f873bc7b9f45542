package dev.stargz.image;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes tags, the last step of a conversion. A tag that is upgraded in place must not have moved
 * since it was read: somebody else's push would be lost.
 */
final class Tagging {
  private final ConverterOptions options;
  private final ImageSource source;
  private final ImageTarget target;
  private final Consumer<String> warnings;

  Tagging(
      ConverterOptions options, ImageSource source, ImageTarget target, Consumer<String> warnings) {
    this.options = options;
    this.source = source;
    this.target = target;
    this.warnings = warnings;
  }

  /**
   * Makes the target's tags stand for {@code root}.
   *
   * @return whether the target's own stood for something else before
   */
  boolean tag(RawManifest root) throws IOException {
    Optional<ContentDigest> before = target.tagged(Optional.empty());
    boolean moves = !before.equals(Optional.of(root.digest()));
    if (options.dryRun()) {
      return false;
    }
    if (options.upgrade() && moves) {
      checkUnmoved(before);
      if (options.backupTag().isPresent()) {
        target.tag(source.root(), options.backupTag());
      }
    }
    for (String tag : options.tags()) {
      target.tag(root, Optional.of(tag));
    }
    if (moves || !options.upgrade()) {
      target.tag(root, Optional.empty());
    }
    target.finish();
    if (options.upgrade() && moves) {
      warnOfUpgrade(root);
    }
    return moves;
  }

  private void checkUnmoved(Optional<ContentDigest> now) throws IOException {
    ContentDigest read = source.root().digest();
    if (!now.equals(Optional.of(read))) {
      throw new ImageException(
          target.name()
              + ": the tag moved from "
              + read
              + " to "
              + now.map(ContentDigest::toString).orElse("nothing")
              + " during the run: nothing was tagged; run again to upgrade what it stands for now");
    }
  }

  private void warnOfUpgrade(RawManifest root) throws IOException {
    Optional<ContentDigest> after = target.tagged(Optional.empty());
    if (!after.equals(Optional.of(root.digest()))) {
      warnings.accept(
          target.name()
              + ": the tag moved on to "
              + after.map(ContentDigest::toString).orElse("nothing")
              + " right after it was written");
    }
    if (options.backupTag().isEmpty()) {
      warnings.accept(
          "no tag stands for "
              + source.root().digest()
              + " now unless there is another: the registry may collect it (--backup-tag keeps it)");
    }
  }
}
