package dev.stargz.bench;

import dev.stargz.format.deflate.DeflateEngine;

/** The encoders by the names that {@code --deflater} takes. */
final class Engines {
  private Engines() {}

  /** The engine of that name. */
  static DeflateEngine of(String name) {
    return switch (name) {
      case "java" -> DeflateEngine.java();
      case "jdk" -> DeflateEngine.jdk();
      case "libdeflate" -> DeflateEngine.libdeflate();
      default -> throw new IllegalArgumentException("no deflater " + name);
    };
  }
}
