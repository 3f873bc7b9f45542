package dev.stargz.extract;

import dev.stargz.format.tree.OverlayXattr;
import java.util.Optional;

/**
 * How files are extracted.
 *
 * @param overwrite whether the directory may have files in it, which are replaced by those of the
 *     same name
 * @param sameOwner whether files get the owners that they have in the tree, if the process may set
 *     them
 * @param threads how many write contents, at least 1
 * @param overlay the marks of overlayfs that the tree has, if it is a view in its terms: then they
 *     alone are set of overlayfs's attributes
 */
public record ExtractOptions(
    boolean overwrite, boolean sameOwner, int threads, Optional<OverlayXattr> overlay) {
  private static final int MIN_DEFAULT_THREADS = 2;
  private static final int MAX_DEFAULT_THREADS = 8;

  /**
   * Checks the number.
   *
   * @throws IllegalArgumentException if {@code threads} is less than 1
   */
  public ExtractOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("expected 1 thread or more, found " + threads);
    }
  }

  /**
   * Into an empty directory, with owners, on one thread a processor, but 2 to 8: what one fetches
   * and inflates, another one writes meanwhile.
   */
  public static ExtractOptions defaults() {
    int processors = Runtime.getRuntime().availableProcessors();
    int threads = Math.max(MIN_DEFAULT_THREADS, Math.min(MAX_DEFAULT_THREADS, processors));
    return new ExtractOptions(false, true, threads, Optional.empty());
  }

  /** With files replaced, or not. */
  public ExtractOptions withOverwrite(boolean value) {
    return new ExtractOptions(value, sameOwner, threads, overlay);
  }

  /** With the tree's owners, or not. */
  public ExtractOptions withSameOwner(boolean value) {
    return new ExtractOptions(overwrite, value, threads, overlay);
  }

  /** With another number of threads. */
  public ExtractOptions withThreads(int value) {
    return new ExtractOptions(overwrite, sameOwner, value, overlay);
  }

  /** For a tree in overlayfs's terms, with its marks. */
  public ExtractOptions withOverlay(OverlayXattr value) {
    return new ExtractOptions(overwrite, sameOwner, threads, Optional.of(value));
  }
}
