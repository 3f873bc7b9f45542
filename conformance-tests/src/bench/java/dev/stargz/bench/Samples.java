package dev.stargz.bench;

import dev.stargz.format.blob.Location;
import dev.stargz.format.gzip.GzipInput;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Real bytes to measure with: a layer's tar, and the blob that a conversion made of it. */
final class Samples {
  /** Bytes of a tar in one array. */
  private static final int PIECE = 1 << 24;

  private Samples() {}

  /** The layer, a tar.gz. */
  static Path layer() {
    return path("bench.layer");
  }

  /** What a conversion made of it. */
  static Path blob() {
    return path("bench.blob");
  }

  private static Path path(String property) {
    String value = System.getProperty(property);
    if (value == null) {
      throw new IllegalStateException("-D" + property + " is not set: run ./benchmark parts");
    }
    return Path.of(value);
  }

  /** What is in a file of gzip members. */
  static GzipInput gunzip(Path file) throws IOException {
    return new GzipInput(Files.newInputStream(file), Location::inSource);
  }

  /** The tar of the layer, in pieces: it may be larger than an array. */
  static List<byte[]> tar() throws IOException {
    List<byte[]> pieces = new ArrayList<>();
    try (InputStream in = gunzip(layer())) {
      for (byte[] piece = in.readNBytes(PIECE); piece.length > 0; piece = in.readNBytes(PIECE)) {
        pieces.add(piece);
      }
    }
    return pieces;
  }

  /** The pieces as one stream. */
  static InputStream stream(List<byte[]> pieces) {
    List<InputStream> streams = new ArrayList<>();
    for (byte[] piece : pieces) {
      streams.add(new ByteArrayInputStream(piece));
    }
    return new BufferedInputStream(
        new SequenceInputStream(Collections.enumeration(streams)), 1 << 16);
  }

  /**
   * Some parts of the tar, each of {@code size} bytes from the start of a block on, evenly spread.
   */
  static List<byte[]> parts(int size) throws IOException {
    List<byte[]> pieces = tar();
    int count = Math.max(4, Math.min(256, PIECE / size));
    List<byte[]> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] piece = pieces.get((int) ((long) i * pieces.size() / count));
      int blocks = Math.max(0, piece.length - size) / 512;
      int at = (int) ((long) blocks * (i * 7919L % count) / count) * 512;
      byte[] part = new byte[size];
      System.arraycopy(piece, at, part, 0, Math.min(size, piece.length - at));
      parts.add(part);
    }
    return parts;
  }
}
