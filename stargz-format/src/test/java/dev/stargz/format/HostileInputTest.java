package dev.stargz.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.stargz.format.fixture.Dialect;
import dev.stargz.format.fixture.Forge;
import dev.stargz.format.fixture.SparseFile;
import dev.stargz.format.fixture.TarFixture;
import java.io.File;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Inputs made to exhaust whoever reads them: a JVM with 64 MB of heap takes or refuses each in
 * seconds, and refuses with an exception of the library's own.
 */
class HostileInputTest {
  private static final int MIB = 1 << 20;
  private static final long MOST_MILLIS = 10_000;

  @TempDir Path temp;

  private final Map<String, byte[]> inputs = new TreeMap<>();

  @TestFactory
  Stream<DynamicTest> a_jvm_of_64_mb_survives() throws IOException, InterruptedException {
    sizes();
    extensions();
    sparseMaps();
    names();
    placesInTocs();
    pathsInTocs();
    sizesOfTocs();
    return tryAll().map(line -> dynamicTest(line.get(0), () -> shouldBeOrderly(line)));
  }

  private static void shouldBeOrderly(List<String> line) {
    assertThat(line.get(1))
        .as("%s", line)
        .matches("accepted|dev\\.stargz\\.format\\.blob\\..*Exception");
    assertThat(Long.parseLong(line.get(2))).as("CPU time of %s", line).isLessThan(MOST_MILLIS);
  }

  private Stream<List<String>> tryAll() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(TryInputs.class.getName());
    for (Map.Entry<String, byte[]> input : inputs.entrySet()) {
      command.add(Files.write(temp.resolve(input.getKey()), input.getValue()).toString());
    }
    File errors = temp.resolve("errors").toFile();
    Process process = new ProcessBuilder(command).redirectError(errors).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    int status = process.waitFor();
    List<List<String>> lines = out.lines().map(line -> List.of(line.split("\t", 4))).toList();
    assertThat(lines)
        .as("status %d: %s", status, Files.readString(errors.toPath(), ISO_8859_1))
        .hasSameSizeAs(inputs.entrySet());
    return lines.stream();
  }

  private void source(String name, TarFixture tar) {
    inputs.put(name + ".gz", tar.gzip());
  }

  // ---- sources

  private void sizes() {
    BigInteger most = BigInteger.valueOf(Long.MAX_VALUE);
    source("a file of 2^63-1 bytes", file().base256(124, 12, most));
    source("a file of 2^88 bytes", file().base256(124, 12, BigInteger.TWO.pow(86)));
    source("a file of -1 bytes", file().base256(124, 12, BigInteger.ONE.negate()));
    source("a file that lacks 8 GiB", file().headerSize((8L << 30) - 1));
    source("a file of 10^18 bytes by PAX", file().pax("size", "1" + "0".repeat(18)));
    source("a size of a million digits", file().pax("size", "9".repeat(MIB)));
    source("a time of a million digits", file().pax("mtime", "9".repeat(MIB)));
    source("an owner of a million digits", file().pax("uid", "9".repeat(MIB)));
  }

  private static TarFixture file() {
    return TarFixture.tar().file("file", "content");
  }

  private void extensions() {
    source("a PAX header that claims 1 TiB", claim('x', 1L << 40));
    source("a PAX header that claims 16 MiB", claim('x', 16 * MIB));
    source("a PAX header that claims 1 MiB", claim('x', MIB));
    source("a long name that claims 16 MiB", claim('L', 16 * MIB));
    source("an xattr of 1 MiB", file().xattr("user.x", new byte[MIB]));
    source("an xattr of 15 MiB", file().xattr("user.x", new byte[15 * MIB]));
    source("300,000 PAX records", file().paxRaw("6 a=1\n".repeat(300_000)));
    source("a million PAX records", file().paxRaw("6 a=1\n".repeat(MIB)));
    source("70,000 xattrs", file().paxRaw(repeat(70_000, n -> record("SCHILY.xattr.u" + n))));
    source("a million xattrs", file().paxRaw(repeat(MIB / 2, n -> record("SCHILY.xattr.u" + n))));
    source("a global header of 15 MiB", TarFixture.tar().global(Map.of("a", "x".repeat(15 * MIB))));
    TarFixture chain = TarFixture.tar().in(Dialect.GNU).file("file", "");
    for (int i = 0; i < 4; i++) {
      chain.gnuLongName(new byte[15 * MIB]);
    }
    source("four long names of 15 MiB", chain);
    TarFixture many = TarFixture.tar().in(Dialect.GNU).file("file", "");
    for (int i = 0; i < 60_000; i++) {
      many.gnuLongName(new byte[1]);
    }
    source("sixty thousand long names", many);
  }

  private static TarFixture claim(char typeflag, long size) {
    return TarFixture.tar().entry(typeflag, "claim").base256(124, 12, BigInteger.valueOf(size));
  }

  private static String record(String key) {
    String rest = " " + key + "=\n";
    int length = rest.length() + 1;
    while (Integer.toString(length).length() + rest.length() != length) {
      length = Integer.toString(length).length() + rest.length();
    }
    return length + rest;
  }

  private static String repeat(int times, IntFunction<String> text) {
    return IntStream.range(0, times).mapToObj(text).collect(Collectors.joining());
  }

  private void sparseMaps() {
    SparseFile huge = SparseFile.ofSize(1L << 50);
    SparseFile many = SparseFile.ofSize(1L << 30);
    for (int i = 0; i < 600_000; i++) {
      many.claim(i, 0);
    }
    for (SparseFile.Form form : SparseFile.Form.values()) {
      source("a sparse file of 1 PiB, " + form, TarFixture.tar().sparse(form, "s", huge));
      source(
          "a sparse file of a million pieces, " + form, TarFixture.tar().sparse(form, "s", many));
    }
    SparseFile some = SparseFile.ofSize(100_000);
    for (int i = 0; i < 100_000; i++) {
      some.claim(i, 0);
    }
    source(
        "a sparse file of 100,000 pieces",
        TarFixture.tar().sparse(SparseFile.Form.PAX_1_0, "s", some));
    byte[] map = ("9".repeat(MIB) + "\n").getBytes(US_ASCII);
    source(
        "a sparse map of a million digits",
        TarFixture.tar()
            .file("s", map)
            .pax("GNU.sparse.major", "1")
            .pax("GNU.sparse.minor", "0")
            .pax("GNU.sparse.realsize", "7"));
  }

  private void names() {
    source("a path of 2,000 directories, no UTF-8", deep("\u00ff/" + "a/".repeat(2000)));
    source("a path of 30,000 directories", deep("a/".repeat(30_000)));
    source("a path of 30,000 directories, no UTF-8", deep("\u00ff/" + "a/".repeat(30_000)));
    source("a path of 500,000 directories", deep("a/".repeat(500_000)));
    source(
        "a link's target of 500,000 directories",
        TarFixture.tar().in(Dialect.GNU).hardlink("link", "a/".repeat(500_000)));
    TarFixture loop = TarFixture.tar().in(Dialect.GNU).symlink("s", "s/" + "a/".repeat(2000));
    for (int i = 0; i < 20; i++) {
      loop.hardlink("link" + i, "s/x" + i);
    }
    source("links through a symbolic link that grows", loop);
    TarFixture chain = TarFixture.tar();
    for (int i = 0; i < 20_000; i++) {
      chain.hardlink("link" + i, "link" + (i + 1));
    }
    source("20,000 links to links to come", chain);
    source("8,192 names that look alike", alike(13));
  }

  private static TarFixture deep(String above) {
    return TarFixture.tar()
        .in(Dialect.GNU)
        .file((above + "file").getBytes(ISO_8859_1), new byte[1]);
  }

  /** Each of so many places holds a byte that is no UTF-8, or what such a byte is shown as. */
  private static TarFixture alike(int places) {
    TarFixture tar = TarFixture.tar().in(Dialect.GNU);
    for (int n = 0; n < 1 << places; n++) {
      StringBuilder name = new StringBuilder();
      for (int place = 0; place < places; place++) {
        name.append((n >> place & 1) == 0 ? "\u00ff" : "\\xFF");
      }
      tar.file(name.toString().getBytes(ISO_8859_1), new byte[0]);
    }
    return tar;
  }

  // ---- blobs

  private void toc(String name, String... entries) {
    blob(name, Forge.toc(entries));
  }

  private void blob(String name, String json) {
    byte[] content = TarFixture.tar().file("f", "content").entries();
    inputs.put(name + ".stargz", Forge.blob().member(content).withToc(json));
  }

  private static String file(String fields) {
    return "{'name':'f','type':'reg'," + fields + "}";
  }

  private void placesInTocs() {
    long most = Long.MAX_VALUE;
    toc("TOC, a file of 2^63-1 bytes", file("'size':" + most));
    toc("TOC, a file of 7 MiB that is not there", file("'size':" + 7 * MIB));
    toc("TOC, a file of 10^30 bytes", file("'size':1" + "0".repeat(30)));
    toc("TOC, a file of 1e400 bytes", file("'size':1e400"));
    toc("TOC, a file of 1e999999999 bytes", file("'size':1e999999999"));
    toc("TOC, a file of half a byte", file("'size':0.5"));
    toc("TOC, a file of -1 bytes", file("'size':-1"));
    toc("TOC, an innerOffset of 2^63-1", file("'size':1,'innerOffset':" + most));
    toc("TOC, an offset of 2^63-1", file("'size':1,'offset':" + most));
    toc(
        "TOC, chunks that overflow",
        file("'size':" + most + ",'chunkSize':" + most),
        "{'name':'f','type':'chunk','offset':1,'chunkOffset':" + most + ",'chunkSize':1}",
        "{'name':'f','type':'chunk','offset':2,'chunkOffset':" + (most - 1) + ",'chunkSize':9}");
    toc("TOC, 20,000 links to links", links(20_000, n -> n + 1));
    toc("TOC, 20,000 links in a circle", links(20_000, n -> (n + 1) % 20_000));
    blob("TOC, a number of a million digits", "{\"version\":" + "1".repeat(MIB) + "}");
    blob("TOC, a million brackets", "{\"a\":" + "[".repeat(MIB));
    blob("TOC, a field name of a million letters", "{\"" + "a".repeat(2 * MIB) + "\":1}");
    blob("TOC, ten million spaces", " ".repeat(10 * MIB));
    blob("TOC in UTF-16", "\ufeff{\u0000}");
    byte[] claim = TarFixture.tar().file("stargz.index.json", "{}").headerSize(1L << 32).bytes();
    inputs.put("TOC that claims 4 GiB.stargz", Forge.blob().withTocTar(claim));
  }

  /** A TOC is small beside the directories that its paths imply. */
  private void pathsInTocs() {
    String deep = "d/".repeat(2000);
    toc("TOC, a million nested directories", entries(1, n -> directory(deep.repeat(500))));
    toc("TOC, a path of 2,000 directories", entries(1, n -> directory(deep)));
    toc("TOC, 1,000 paths of 2,000 directories", entries(1000, n -> directory(n + deep)));
    toc("TOC, 5,000 paths out of the root", entries(5000, n -> directory("../".repeat(1000) + n)));
    toc(
        "TOC, 20,000 entries below 39 links",
        entries(
            20_000,
            n ->
                n < 40
                    ? "{'name':'s" + n + "','type':'symlink','linkName':'s" + (n + 1) + "'}"
                    : directory("s2/" + n)));
    toc("TOC, a NUL in a name", entries(1, n -> directory("a\\u0000b")));
  }

  private static String directory(String name) {
    return "{'name':'" + name + "','type':'dir'}";
  }

  private static String[] links(int count, IntFunction<Integer> target) {
    return entries(
        count,
        n -> "{'name':'l" + n + "','type':'hardlink','linkName':'l" + target.apply(n) + "'}");
  }

  private void sizesOfTocs() {
    String letters = "a".repeat(20 * MIB);
    toc("TOC, a name of 20 MiB", "{'name':'" + letters + "','type':'dir'}");
    toc("TOC, a name of 5 MiB", "{'name':'" + letters.substring(15 * MIB) + "','type':'dir'}");
    toc("TOC, exact bytes of 20 MiB", "{'name':'a','type':'dir','nameBase64':'" + letters + "'}");
    toc("TOC, an unknown text of 20 MiB", "{'name':'a','type':'dir','b':'" + letters + "'}");
    toc("TOC, 300,000 entries", entries(300_000, n -> "{'name':'" + n + "','type':'dir'}"));
    toc("TOC, 80,000 entries", entries(80_000, n -> "{'name':'" + n + "','type':'dir'}"));
    String owner = "o".repeat(100_000);
    toc(
        "TOC, 1,000 owners of 100 kB",
        entries(
            1000, n -> "{'name':'n','type':'dir','uid':" + n + ",'userName':'" + n + owner + "'}"));
    toc(
        "TOC, a million xattrs",
        "{'name':'a','type':'dir','xattrs':{"
            + repeat(MIB, n -> (n == 0 ? "" : ",") + "'" + n + "':''")
            + "}}");
    toc(
        "TOC, 1,000 long names beside short ones",
        entries(1000, n -> "{'name':'" + n + owner + "','type':'dir','nameBase64':'/w=='}"));
  }

  private static String[] entries(int count, IntFunction<String> entry) {
    return IntStream.range(0, count).mapToObj(entry).toArray(String[]::new);
  }
}
