package dev.stargz.cli;

import dev.stargz.format.tree.FileTree;
import dev.stargz.image.ImageReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What SRC names, opened: one layer, or those of an image. */
interface OpenSource extends Closeable {
  /** What to call it in messages; without secrets. */
  String name();

  /**
   * Its files: all layers of an image as one, a single layer as it is stored. Made when it is first
   * asked for; reads from this source, which must stay open.
   */
  FileTree tree() throws IOException;

  /** Its layers, the lowest first: one of a file or URL, and with {@code --layer}. */
  List<OpenLayer> layers();

  /** The image, if it is one or a layer of one. */
  default Optional<ImageReader> image() {
    return Optional.empty();
  }
}
