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
import java.util.List;

/**
 * A program that does large things in the little memory its JVM was given:
 *
 * <pre>
 *   FACTS layer ENTRIES MEAN_SIZE TARGET    converts a {@link BigLayer}
 *   FACTS file SOURCE TARGET                converts a file
 *   FACTS read BLOB TOC_DIGEST PATH         reads a file of a blob
 * </pre>
 *
 * <p>It writes lines into the file FACTS: of a blob tocDigest, diffId and uncompressed size, of
 * what was read the number of TOC entries and the digest of the file's content.
 */
final class MemoryTasks {
  /** Level 1, because a faster encoder leaves no less to be held in memory, and time matters. */
  private static final WriterOptions OPTIONS = WriterOptions.builder().level(1).build();

  private MemoryTasks() {}

  public static void main(String[] arguments) throws IOException {
    List<String> facts =
        switch (arguments[1]) {
          case "layer" -> {
            int entries = Integer.parseInt(arguments[2]);
            yield convert(new BigLayer(entries, Long.parseLong(arguments[3])), arguments[4]);
          }
          case "file" -> convert(Files.newInputStream(Path.of(arguments[2])), arguments[3]);
          case "read" -> read(Path.of(arguments[2]), Digest.parse(arguments[3]), arguments[4]);
          default -> throw new IllegalArgumentException(arguments[1]);
        };
    Files.write(Path.of(arguments[0]), facts);
  }

  private static List<String> convert(InputStream source, String target) throws IOException {
    try (source;
        OutputStream out = new BufferedOutputStream(new FileOutputStream(target), 1 << 16)) {
      WrittenBlob blob = new StargzWriter(OPTIONS).write(source, out);
      return List.of(
          blob.tocDigest().toString(), blob.diffId().toString(), "" + blob.uncompressedSize());
    }
  }

  private static List<String> read(Path blob, Digest tocDigest, String path) throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob), tocDigest)) {
      TocEntry file = reader.find(EntryName.of(path)).orElseThrow();
      try (DigestInputStream in = new DigestInputStream(reader.open(file), Digest.sha256())) {
        in.transferTo(OutputStream.nullOutputStream());
        return List.of("" + reader.toc().entries().size(), "" + Digest.of(in.getMessageDigest()));
      }
    }
  }
}
