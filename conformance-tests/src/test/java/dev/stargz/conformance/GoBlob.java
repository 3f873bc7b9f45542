package dev.stargz.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.stargz.format.blob.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A blob that the Go library wrote.
 *
 * @param file the blob
 * @param tocDigest what the library said of its TOC
 */
record GoBlob(Path file, Digest tocDigest) {
  private static final int FOOTER = 51;
  private static final int EXTRA_AT = 16;
  private static final int EXTRA = 22;

  private static final Path BLOBS = Path.of("target", "go-blobs").toAbsolutePath();

  /** Each layer is written once a run; nobody changes the files. */
  private static final Map<Path, GoBlob> DONE = new ConcurrentHashMap<>();

  /** The layer written by {@code build} or {@code append} with the library's own chunk size. */
  static GoBlob of(String writer, Layer layer) throws IOException, InterruptedException {
    Path source = layer.file();
    Path target = BLOBS.resolve(layer + "-" + writer + ".stargz");
    GoBlob done = DONE.get(target);
    if (done == null) {
      Files.createDirectories(BLOBS);
      done = of(writer, source, target);
      DONE.put(target, done);
    }
    return done;
  }

  /** Has {@code tar} written by {@code build} or {@code append}. */
  static GoBlob of(String writer, Path tar, Path target, String... options)
      throws IOException, InterruptedException {
    List<Object> command = new ArrayList<>(List.of(Needs.oracle(), writer, tar, target));
    command.addAll(List.of("-level", "1"));
    command.addAll(Arrays.asList(options));
    return new GoBlob(target, tocDigest(Command.run(command.toArray())));
  }

  private static Digest tocDigest(byte[] json) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        if ("tocDigest".equals(parser.currentName())) {
          return Digest.parse(parser.nextTextValue());
        }
      }
    }
    throw new AssertionError("no tocDigest in " + new String(json, UTF_8));
  }

  /** The same blob with the footer that writers had in 2019. */
  GoBlob withFooterOf2019(Path target) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int start = bytes.length - FOOTER;
    byte[] footer = {0x1f, (byte) 0x8b, 8, 4, 0, 0, 0, 0, 0, (byte) 0xff, EXTRA, 0};
    int size = start + footer.length + EXTRA + 5 + 8;
    byte[] old = Arrays.copyOf(bytes, size);
    System.arraycopy(footer, 0, old, start, footer.length);
    System.arraycopy(bytes, start + EXTRA_AT, old, start + footer.length, size - start - 12);
    return new GoBlob(Files.write(target, old), tocDigest);
  }
}
