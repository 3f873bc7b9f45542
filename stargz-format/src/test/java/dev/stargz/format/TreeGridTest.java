package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.pattern;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One tree, whatever the prefix of its names, the form of its headers, the level it is compressed
 * at and what the source came in; and the small trees that other writers of the format test with.
 */
class TreeGridTest {
  private static TarFixture tree(String prefix, Dialect dialect) {
    return tar()
        .in(dialect)
        .dir(prefix + "d/")
        .mode(01777)
        .dir(prefix + "d/sub/")
        .file(prefix + "d/empty", "")
        .file(prefix + "d/small", "content")
        .mode(06755)
        .owner(1000, 2000)
        .ownerNames("alice", "staff")
        .file(prefix + "d/sub/large", pattern(10_000))
        .symlink(prefix + "s", "d/small")
        .hardlink(prefix + "h", prefix + "d/sub/large")
        .charDevice(prefix + "c", 1, 3)
        .blockDevice(prefix + "b", 8, 1)
        .fifo(prefix + "p");
  }

  /** Each path and all that a reader can tell of it. */
  private static Map<String, String> describe(Blob blob) throws IOException {
    Map<String, String> tree = new TreeMap<>();
    try (StargzReader reader = blob.open()) {
      for (TocEntry entry : reader.toc().entries()) {
        String path = entry.name().cleaned().text();
        if (entry.type() != TocEntryType.CHUNK) {
          tree.put(path, describe(reader, reader.find(EntryName.of(path)).orElseThrow()));
        }
      }
    }
    return tree;
  }

  private static String describe(StargzReader reader, TocEntry entry) throws IOException {
    String content = "";
    if (entry.type() == TocEntryType.REGULAR) {
      try (InputStream in = reader.open(entry)) {
        content = Digest.of(in.readAllBytes()).toString();
        assertThat(entry.digest()).hasToString(content);
      }
    }
    return String.join(
        " ",
        entry.type().jsonName(),
        entry.name().cleaned().text(),
        Long.toOctalString(entry.mode()),
        entry.uid() + ":" + entry.gid() + " " + entry.userName() + ":" + entry.groupName(),
        entry.modTime() + " " + entry.size() + " " + entry.linkName(),
        entry.devMajor() + ":" + entry.devMinor(),
        content);
  }

  private static Stream<Arguments> grid() {
    return Stream.of("", "./", "/", "../")
        .flatMap(
            prefix ->
                Stream.of(Dialect.USTAR, Dialect.PAX, Dialect.GNU)
                    .flatMap(
                        dialect ->
                            Stream.of(0, 1, 6, 9)
                                .map(level -> Arguments.of(prefix, dialect, level))));
  }

  @ParameterizedTest
  @MethodSource("grid")
  void theTreeIsTheSame(String prefix, Dialect dialect, int level) throws IOException {
    Map<String, String> expected = describe(convert(tree("", Dialect.USTAR)));
    TarFixture tar = tree(prefix, dialect);
    WriterOptions options = WriterOptions.builder().threads(1).chunkSize(4096).level(level).build();
    for (byte[] source : List.of(tar.bytes(), tar.gzip(), tar.zstd())) {
      Blob blob = convert(source, options);
      assertThat(describe(blob)).isEqualTo(expected);
      assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
    }
  }

  /** Chunks, and entries of the TOC, that of the landmark not counted. */
  private static void check(TarFixture tar, int chunks, int entries) throws IOException {
    Blob blob = convert(tar, WriterOptions.builder().threads(1).chunkSize(4).build());
    assertThat(blob.toc()).hasSize(1 + entries);
    assertThat(blob.toc().stream().filter(TocEntry::hasContent)).hasSize(1 + chunks);
    assertThat(blob.sourceEntries()).isEqualTo(tar.entries());
  }

  /** The names of the cases are those of the first packages of the format. */
  @Test
  void theTreesThatOthersTestWith() throws IOException {
    check(tar(), 0, 0); // empty
    check(tar().dir("bar/").file("foo.txt", ""), 0, 2); // 1dir_1empty_file
    check(tar().dir("foo/").file("foo/bar.txt", "foo"), 1, 2); // 1dir_1file
    check(
        tar().dir("bar/").dir("foo/").file("foo/bar.txt", "abc").symlink("l", "x"), 1, 4); // 2meta
    check(tar().dir("bar/").dir("foo/").dir("foo/bar/"), 0, 3); // 3dir
    check(tar().dir("foo/").symlink("foo/bar", "../../x"), 0, 2); // symlink
    check(tar().dir("foo/").file("foo/big.txt", "This is such a big file"), 6, 7); // chunked_file
    check(tar().dir("/").dir("foo/").file("foo/bar", "x"), 1, 3); // recursive
    check(tar().blockDevice("b", 123, 456).charDevice("c", 111, 222).fifo("f"), 0, 3);
    check(tar().file("a", "abc").hardlink("b", "a").hardlink("c", "b"), 1, 3); // hardlink
  }
}
