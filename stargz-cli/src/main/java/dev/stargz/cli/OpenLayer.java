package dev.stargz.cli;

import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.image.ContentDigest;
import dev.stargz.image.Descriptor;
import java.io.IOException;
import java.util.Optional;

/** One layer of what SRC names. */
interface OpenLayer {
  /** What to call it in messages; without secrets. */
  String name();

  /** Its place in the image, 1 for the lowest, whichever layers were asked for. */
  int number();

  /** How the image's manifest names it; nothing for a file or URL. */
  Optional<Descriptor> descriptor();

  /** The digest of its tar, as the image's config says. */
  Optional<ContentDigest> diffId();

  /**
   * Its files. Opened once and kept; checked against the TOC's digest if the descriptor has that.
   *
   * @return a reader that the source closes
   * @throws dev.stargz.format.blob.NotStargzException if it is no stargz
   * @throws dev.stargz.format.blob.StargzException if its TOC is damaged, or another one
   */
  StargzReader reader() throws IOException;

  /**
   * Its bytes as they are stored, whatever they are.
   *
   * @return a new source at each call, which the caller closes
   */
  RandomAccessSource openBlob() throws IOException;
}
