package dev.stargz.extract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import dev.stargz.format.StargzReader;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A directory that layers are extracted to, and what is there then. Its siblings are outside, where
 * nothing must be written.
 */
final class Extracted {
  private static final int MAX_XATTR = 1 << 16;

  private final Path directory;
  private ExtractOptions options = ExtractOptions.defaults();
  private ExtractListener listener = ExtractListener.NONE;

  private Extracted(Path directory) {
    this.directory = directory;
  }

  static Extracted to(Path directory) {
    return new Extracted(directory);
  }

  Extracted with(ExtractOptions other) {
    options = other;
    return this;
  }

  Extracted overwriting() {
    return with(options.withOverwrite(true));
  }

  Extracted listener(ExtractListener other) {
    listener = other;
    return this;
  }

  /** Extracts a layer, or some of its paths. */
  ExtractReport layer(TarFixture tar, String... paths) throws IOException {
    try (StargzReader reader = Blobs.convert(tar).open()) {
      return from(reader, paths);
    }
  }

  /** Extracts what a reader reads, or some paths of it. */
  ExtractReport from(StargzReader reader, String... paths) throws IOException {
    return new TreeExtractor(options).extract(reader.tree(), List.of(paths), directory, listener);
  }

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  // ---- what is there

  Path path(String path) {
    return directory.resolve(path);
  }

  String text(String path) throws IOException {
    return Files.readString(path(path), ISO_8859_1);
  }

  /** Kind and permissions as {@code st_mode} has them, in octal. */
  String mode(String path) throws IOException {
    return Integer.toOctalString((Integer) attribute(path, "mode"));
  }

  long number(String path, String attribute) throws IOException {
    return ((Number) attribute(path, attribute)).longValue();
  }

  private Object attribute(String path, String name) throws IOException {
    Map<String, Object> all = Files.readAttributes(path(path), "unix:*", LinkOption.NOFOLLOW_LINKS);
    return all.get(name);
  }

  /** User and group by number. */
  String owner(String path) throws IOException {
    int uid = (int) number(path, "uid");
    int gid = (int) number(path, "gid");
    return Integer.toUnsignedLong(uid) + ":" + Integer.toUnsignedLong(gid);
  }

  long seconds(String path) throws IOException {
    return Files.getLastModifiedTime(path(path), LinkOption.NOFOLLOW_LINKS)
        .toInstant()
        .getEpochSecond();
  }

  /** An extended attribute's value, or null. */
  byte[] xattr(String path, String name) {
    Function get = NativeLibrary.getProcess().getFunction("lgetxattr");
    try (Memory value = new Memory(MAX_XATTR)) {
      int size = get.invokeInt(new Object[] {path(path).toString(), name, value, (long) MAX_XATTR});
      return size < 0 ? null : value.getByteArray(0, size);
    }
  }

  /** All paths below a directory, sorted, each byte a character. */
  static List<String> list(Path directory) throws IOException {
    Process find =
        new ProcessBuilder("find", ".", "-mindepth", "1", "-print0")
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String paths = new String(find.getInputStream().readAllBytes(), ISO_8859_1);
    return Arrays.stream(paths.split("\0"))
        .filter(path -> !path.isEmpty())
        .map(path -> path.substring(2))
        .sorted()
        .toList();
  }

  /** All paths below it, sorted, each byte a character. */
  List<String> list() throws IOException {
    return list(directory);
  }
}
