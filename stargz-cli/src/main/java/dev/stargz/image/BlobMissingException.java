package dev.stargz.image;

/** A blob or manifest that isn't where it is said to be. */
public class BlobMissingException extends ImageException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message for people. */
  public BlobMissingException(String message) {
    super(message);
  }
}
