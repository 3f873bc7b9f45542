package dev.stargz.image;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
   * Makes the target's tags stand for {@code root}. A tag that does so already isn't written: a
   * registry whose tags can't be changed refuses even that.
   *
   * @return whether the target's own stood for something else before
   */
  boolean tag(RawManifest root) throws IOException {
    boolean moves = !standsFor(root, Optional.empty());
    if (options.dryRun()) {
      return false;
    }
    List<String> written = new ArrayList<>();
    if (options.upgrade() && moves) {
      checkUnmoved(written);
      if (options.backupTag().isPresent()) {
        write(source.root(), options.backupTag().get(), written);
      }
    }
    for (String tag : options.tags()) {
      write(root, tag, written);
    }
    if (moves) {
      if (options.upgrade() && !written.isEmpty()) {
        checkUnmoved(written); // those may have taken their time
      }
      if (options.upgrade()) {
        target.replace(root, source.root().digest());
      } else {
        target.tag(root, Optional.empty());
      }
    }
    target.finish();
    if (options.upgrade() && moves) {
      warnOfUpgrade(root);
    }
    return moves;
  }

  private boolean standsFor(RawManifest root, Optional<String> tag) throws IOException {
    return target.tagged(tag).equals(Optional.of(root.digest()));
  }

  private void write(RawManifest root, String tag, List<String> written) throws IOException {
    if (!standsFor(root, Optional.of(tag))) {
      target.tag(root, Optional.of(tag));
      written.add(tag);
    }
  }

  private void checkUnmoved(List<String> written) throws IOException {
    ContentDigest read = source.root().digest();
    Optional<ContentDigest> now = target.tagged(Optional.empty());
    if (!now.equals(Optional.of(read))) {
      throw new ImageException(
          target.name()
              + ": the tag moved from "
              + read
              + " to "
              + now.map(ContentDigest::toString).orElse("nothing")
              + " during the run: it was left alone"
              + (written.isEmpty() ? "" : " (" + String.join(", ", written) + " was written)")
              + "; run again to upgrade what it stands for now");
    }
  }

  /** The tag is written by now, so nothing here fails the run. */
  private void warnOfUpgrade(RawManifest root) throws IOException {
    try {
      Optional<ContentDigest> after = target.tagged(Optional.empty());
      if (!after.equals(Optional.of(root.digest()))) {
        warnings.accept(
            target.name()
                + ": the tag moved on to "
                + after.map(ContentDigest::toString).orElse("nothing")
                + " right after it was written");
      }
    } catch (IOException e) {
      warnings.accept("whether the tag stayed could not be asked: " + e.getMessage());
    }
    if (options.backupTag().isEmpty()) {
      warnings.accept(
          "no tag stands for "
              + source.root().digest()
              + " now unless there is another: the registry may collect it (--backup-tag keeps it)");
    }
  }
}
