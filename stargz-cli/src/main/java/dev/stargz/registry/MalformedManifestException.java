package dev.stargz.registry;

import dev.stargz.image.ImageException;

/** What a registry sent as a manifest is none, or not the one that was asked for. */
final class MalformedManifestException extends ImageException {
  private static final long serialVersionUID = 1L;

  MalformedManifestException(String message) {
    super(message);
  }
}
