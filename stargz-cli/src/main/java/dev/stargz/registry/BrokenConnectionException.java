package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.IOException;

/** No answer came: the connection couldn't be made, or broke. */
final class BrokenConnectionException extends ImageException {
  private static final long serialVersionUID = 1L;

  BrokenConnectionException(String message, IOException cause) {
    super(message, cause);
  }
}
