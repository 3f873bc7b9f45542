package dev.stargz.local;

import dev.stargz.image.ImageException;

/**
 * Bytes that aren't what their digest says, or members that no two readers would see alike: nothing
 * else in such an archive is to be trusted either.
 */
final class CorruptImageException extends ImageException {
  private static final long serialVersionUID = 1L;

  CorruptImageException(String message) {
    super(message);
  }
}
