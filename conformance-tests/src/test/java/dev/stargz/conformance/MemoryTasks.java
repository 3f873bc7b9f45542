package dev.stargz.conformance;

import dev.stargz.format.StargzReader;
import dev.stargz.format.StargzWriter;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.WrittenBlob;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.toc.TocEntry;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;

/**
 * A program that does large things in the little memory its JVM was given:
 *
 * <pre>
 *   layer ENTRIES MEAN_SIZE TARGET    converts a {@link BigLayer}
 *   file SOURCE TARGET                converts a file
 *   read BLOB TOC_DIGEST PATH         reads a file of a blob
 * </pre>
 *
 * <p>The first two print tocDigest, diffId and uncompressed size, the last the number of TOC
 * entries and the digest of the file's content.
 */
final class MemoryTasks {
  /** Level 1, because a faster encoder leaves no less to be held in memory, and time matters. */
  private static final WriterOptions OPTIONS = WriterOptions.builder().level(1).build();

  private MemoryTasks() {}

  public static void main(String[] arguments) throws IOException {
    switch (arguments[0]) {
      case "layer" -> {
        int entries = Integer.parseInt(arguments[1]);
        convert(new BigLayer(entries, Long.parseLong(arguments[2])), arguments[3]);
      }
      case "file" -> convert(Files.newInputStream(Path.of(arguments[1])), arguments[2]);
      case "read" -> read(Path.of(arguments[1]), Digest.parse(arguments[2]), arguments[3]);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void convert(InputStream source, String target) throws IOException {
    try (source;
        OutputStream out = new BufferedOutputStream(new FileOutputStream(target), 1 << 16)) {
      WrittenBlob blob = new StargzWriter(OPTIONS).write(source, out);
      System.out.println(blob.tocDigest());
      System.out.println(blob.diffId());
      System.out.println(blob.uncompressedSize());
    }
  }

  private static void read(Path blob, Digest tocDigest, String path) throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob), tocDigest)) {
      System.out.println(reader.toc().entries().size());
      TocEntry file = reader.find(EntryName.of(path)).orElseThrow();
      try (DigestInputStream in = new DigestInputStream(reader.open(file), Digest.sha256())) {
        in.transferTo(OutputStream.nullOutputStream());
        System.out.println(Digest.of(in.getMessageDigest()));
      }
    }
  }
}
