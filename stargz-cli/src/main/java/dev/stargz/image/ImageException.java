package dev.stargz.image;

import java.io.IOException;

/**
 * An image that can't be read, converted or written. The message says who, what was asked, what
 * came back and what to try; it holds no secret.
 */
public class ImageException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message for people. */
  public ImageException(String message) {
    super(message);
  }

  /** Creates an exception with a message for people and what led to it. */
  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
