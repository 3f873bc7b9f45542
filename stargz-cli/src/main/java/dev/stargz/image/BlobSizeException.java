package dev.stargz.image;

/** A blob is longer or shorter than its descriptor says. */
public class BlobSizeException extends ImageException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message for people: expected and found sizes, and whose. */
  public BlobSizeException(String message) {
    super(message);
  }
}
