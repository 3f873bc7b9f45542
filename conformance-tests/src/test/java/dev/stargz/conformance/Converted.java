package dev.stargz.conformance;

import dev.stargz.format.StargzReader;
import dev.stargz.format.StargzWriter;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.WrittenBlob;
import dev.stargz.format.blob.RandomAccessSource;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A layer as a blob in a file.
 *
 * @param file the blob
 * @param facts what the writer said of it
 */
record Converted(Path file, WrittenBlob facts) {
  static final int DEFAULT_CHUNKS = 4 << 20;

  private static final Path BLOBS = Path.of("target", "blobs").toAbsolutePath();

  /** Each layer is converted once a run; nobody changes the files. */
  private static final Map<Path, Converted> DONE = new ConcurrentHashMap<>();

  /** The layer converted with default options but for the chunk size. */
  static Converted of(Layer layer, int chunkSize) throws IOException {
    Path source = layer.file();
    Path target = BLOBS.resolve(layer + "-" + chunkSize + ".stargz");
    Converted done = DONE.get(target);
    if (done == null) {
      done = of(source, target, WriterOptions.builder().chunkSize(chunkSize).build());
      DONE.put(target, done);
    }
    return done;
  }

  /** A file converted into another. */
  static Converted of(Path source, Path target, WriterOptions options) throws IOException {
    Files.createDirectories(target.getParent());
    try (InputStream in = Files.newInputStream(source);
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(target))) {
      return new Converted(target, new StargzWriter(options).write(in, out));
    }
  }

  /** Opens it, verified. */
  StargzReader open() throws IOException {
    return StargzReader.open(RandomAccessSource.of(file), facts.tocDigest());
  }
}
