package dev.stargz.image;

import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.NotStargzException;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.tree.FileTree;
import java.io.IOException;
import java.util.Optional;

/** One layer of an image that is open; safe for many threads. */
public final class ImageLayer {
  private final String image;
  private final int number;
  private final Optional<ContentDigest> diffId;
  private final LayerBlob blob;

  /**
   * Creates a layer.
   *
   * @param image its name, for messages
   */
  ImageLayer(String image, int number, Optional<ContentDigest> diffId, LayerBlob blob) {
    this.image = image;
    this.number = number;
    this.diffId = diffId;
    this.blob = blob;
  }

  /** Its place in the image: 1 for the lowest. */
  public int number() {
    return number;
  }

  /** How the manifest names it. */
  public Descriptor descriptor() {
    return blob.descriptor();
  }

  /** The digest of its tar, as the config says. */
  public Optional<ContentDigest> diffId() {
    return diffId;
  }

  /**
   * Whether an annotation says which TOC it must have, so that none of its files can be another.
   */
  public boolean hasTocDigest() {
    return descriptor().annotation(Annotations.TOC_DIGEST).isPresent();
  }

  /**
   * Its files, checked against the TOC's digest if an annotation has that. What is opened is kept:
   * layers that are the same blob have one reader.
   *
   * @return a reader that the image closes
   * @throws NotStargzException if it is no stargz, as its media type or its last bytes say
   * @throws StargzException if its TOC is damaged or another than the annotation says
   * @throws ImageException if the blob or an annotation can't be read
   * @throws IllegalStateException if the image is closed
   */
  public StargzReader reader() throws IOException {
    return blob.reader();
  }

  /**
   * Its bytes as they are stored, whatever they are.
   *
   * @return a new source at each call, which the caller closes
   * @throws BlobMissingException if it isn't there; perhaps thrown by its first read
   */
  public RandomAccessSource openBlob() throws IOException {
    return blob.open();
  }

  /**
   * Its files as they are stored, landmarks and whiteouts too.
   *
   * @return a tree that reads from the image, which must stay open
   * @throws ImageException if it is no stargz or damaged; it names the layer
   * @throws StargzException if no file system could hold what the TOC lists
   */
  public FileTree tree() throws IOException {
    return readerOfImage().tree();
  }

  /** Its files, with errors that name the layer and say what to do. */
  StargzReader readerOfImage() throws IOException {
    try {
      return reader();
    } catch (NotStargzException e) {
      throw new ImageException(
          this
              + " is no stargz: "
              + e.getMessage()
              + "; convert the image first: stargzify SRC DST. If this is what came of that, the"
              + " layer was passed through: --layer N shows the others",
          e);
    } catch (StargzException e) {
      throw new ImageException(this + ": " + e.getMessage(), e);
    } catch (BlobMissingException e) {
      if (MediaTypes.isForeign(descriptor().mediaType())) {
        throw new ImageException(
            this
                + " is kept elsewhere, and is no stargz there: convert the image first: stargzify"
                + " --include-foreign SRC DST",
            e);
      }
      throw e;
    }
  }

  /** The image's name, the layer's number, digest and media type. */
  @Override
  public String toString() {
    return image
        + ": layer "
        + number
        + ", "
        + descriptor().digest()
        + " ("
        + descriptor().mediaType()
        + ")";
  }
}
