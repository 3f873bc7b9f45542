package dev.stargz.conformance;

import java.nio.file.Path;

/** The layers that {@code src/test/sh/make-layers} makes; what is in them is said there. */
enum Layer {
  HARD("hard.tar"),
  HARD_GNU("hard-gnu.tar"),
  DEBIAN("debian.tar.gz"),
  JDK("jdk.tar.gz");

  private final String fileName;

  Layer(String fileName) {
    this.fileName = fileName;
  }

  /** The layer's file; skips the running test if it was left out. */
  Path file() {
    Needs.these(fileName.substring(0, fileName.indexOf('.')));
    return Needs.layers().resolve(fileName);
  }
}
