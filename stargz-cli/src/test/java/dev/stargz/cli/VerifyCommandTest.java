package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.latin1;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.BlobFormat;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Gzip;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.image.LyingBlob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code stargzify verify SRC}: what it says of blobs, and its exit codes. */
class VerifyCommandTest {
  private static final TarFixture LAYER =
      tar()
          .file("a", "12345")
          .mode(0640)
          .file("b", "1234567890")
          .symlink("s", "a")
          .hardlink("h", "a")
          .dir("d/")
          .owner(1000, 0);

  @TempDir Path directory;

  private CommandFixture with(byte[] blob) throws IOException {
    return CommandFixture.in(directory).file("x.stargz", blob);
  }

  private static Blob blob() throws IOException {
    return Blobs.convert(LAYER, WriterOptions.builder().chunkSize(5).threads(1).build());
  }

  // ---- faithful

  @Test
  void a_faithful_blob_is_told_with_its_digests() throws IOException {
    Blob blob = blob();

    Result result = with(blob.bytes()).run("verify", "file:x.stargz");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.lines())
        .containsExactly(
            "file:x.stargz: TOC and tar agree",
            "  digest     " + blob.facts().digest() + "  " + blob.bytes().length + " bytes",
            "  diffId     " + blob.facts().diffId() + "  " + blob.tar().length + " bytes",
            "  tocDigest  " + blob.facts().tocDigest() + "  7 entries");
    assertThat(result.files()).containsExactly("x.stargz");
  }

  @Test
  void a_faithful_blob_as_json() throws IOException {
    Blob blob = blob();

    Result result = with(blob.bytes()).run("verify", "--json", "file:x.stargz");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(Json.parseObject(result.line()))
        .containsExactly(
            Map.entry("source", "file:x.stargz"),
            Map.entry("faithful", true),
            Map.entry("digest", blob.facts().digest().toString()),
            Map.entry("size", (long) blob.bytes().length),
            Map.entry("diffId", blob.facts().diffId().toString()),
            Map.entry("uncompressedSize", (long) blob.tar().length),
            Map.entry("tocDigest", blob.facts().tocDigest().toString()),
            Map.entry("tocOffset", blob.facts().tocOffset()),
            Map.entry("tocEntries", 7L),
            Map.entry("differences", List.of()),
            Map.entry("moreDifferences", 0L));
  }

  @Test
  void a_blob_of_2019_is_faithful() throws IOException {
    Blob blob = Blobs.convert(LAYER, WriterOptions.builder().format(BlobFormat.STARGZ).build());

    assertThat(with(blob.bytes()).run("verify", "file:x.stargz").exitCode()).isZero();
  }

  @Test
  void the_habits_of_other_writers_are_no_differences() throws IOException {
    byte[] blob =
        LyingBlob.of(
            blob(),
            json ->
                json.replace("01:46:40Z\"", "01:46:41Z\",\"NumLink\":1")
                    .replace("\"modtime\":\"1970-01-01T00:00:00Z\",", "")
                    .replace("\"chunkOffset\":5", "\"chunkOffset\":5,\"chunkSize\":5"));

    assertThat(with(blob).run("verify", "file:x.stargz").lines())
        .first()
        .isEqualTo("file:x.stargz: TOC and tar agree");
  }

  // ---- lies

  /** The TOC's field and its lie; the lines about it. */
  static Stream<Arguments> lies() {
    return Stream.of(
        lie("\"size\":5", "\"size\":4", "'a': size: expected 5, found 4"),
        lie("\"mode\":416", "\"mode\":2541", "'a': mode: expected 416, found 2541"),
        lie(",\"uid\":1000", "", "'d/': uid: expected 1000, found 0"),
        lie("\"linkName\":\"a\",\"mode\":420", "\"linkName\":\"b\"", "'h': linkName: expected a"),
        lie("\"linkName\":\"a\",\"mode\":511", "\"linkName\":\"/\"", "'s': linkName: expected a"),
        lie("\"digest\":\"sha256:5", "\"digest\":\"sha256:6", "'a': digest: expected sha256:5"),
        lie("\"chunkDigest\":\"sha256:5", "\"chunkDigest\":\"sha256:6", "'a': chunk at 0: chunkD"),
        lie(
            "\"name\":\"d/\",\"type\":\"dir\"",
            "\"name\":\"e\",\"type\":\"dir\"",
            "'d/': TOC entry"),
        lie(
            "\"type\":\"symlink\"",
            "\"type\":\"fifo\"",
            "'s': type: expected symlink, found fifo"));
  }

  private static Arguments lie(String truth, String lie, String line) {
    return Arguments.of(truth, lie, line);
  }

  @ParameterizedTest(name = "{1} for {0}")
  @MethodSource("lies")
  void a_toc_that_lies_is_a_difference(String truth, String lie, String line) throws IOException {
    byte[] blob = LyingBlob.of(blob(), replaceFirst(truth, lie));

    Result result = with(blob).run("verify", "file:x.stargz");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.lines()).anyMatch(each -> each.startsWith(line));
    assertThat(result.err())
        .containsExactly(
            "stargzify: file:x.stargz: TOC and tar differ in " + result.lines().size() + " places");
  }

  private static UnaryOperator<String> replaceFirst(String truth, String lie) {
    return json -> {
      int at = json.indexOf(truth);
      return at < 0 ? json : json.substring(0, at) + lie + json.substring(at + truth.length());
    };
  }

  @Test
  void a_lie_in_json_has_entry_field_and_both_values() throws IOException {
    byte[] blob = LyingBlob.of(blob(), replaceFirst("\"mode\":416", "\"mode\":2541"));

    Result result = with(blob).run("verify", "--json", "-q", "file:x.stargz");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).isEmpty();
    Map<String, Object> json = Json.parseObject(result.line());
    assertThat(json).containsEntry("faithful", false).containsEntry("moreDifferences", 0L);
    assertThat(json.get("differences"))
        .isEqualTo(
            List.of(Map.of("entry", "a", "what", "mode", "expected", "416", "found", "2541")));
  }

  @Test
  void chunks_with_their_places_swapped_are_a_difference() throws IOException {
    Blob blob = Blobs.convert(tar().file("a", "12345").file("b", "67890"));
    String a = "\"offset\":" + blob.entry("a").offset();
    String b = "\"offset\":" + blob.entry("b").offset();
    byte[] swapped = LyingBlob.of(blob, json -> json.replace(a, "A").replace(b, a).replace("A", b));

    Result result = with(swapped).run("verify", "file:x.stargz");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.lines())
        .anyMatch(line -> line.startsWith("'a': offset: expected "))
        .anyMatch(line -> line.startsWith("'b': offset: expected "))
        .anyMatch(line -> line.startsWith("'a': chunk at 0: chunkDigest: expected sha256:"));
  }

  @Test
  void a_file_that_the_toc_hides_is_a_difference() throws IOException {
    byte[] blob = LyingBlob.of(blob(), json -> json.replaceFirst(",\\{\"name\":\"d/\".*?}", ""));

    assertThat(with(blob).run("verify", "file:x.stargz").lines())
        .containsExactly("'d/': TOC entry: expected dir, found none");
  }

  @Test
  void the_first_20_differences_are_listed_and_the_rest_counted() throws IOException {
    TarFixture layer = tar();
    for (int i = 0; i < 130; i++) {
      layer.dir("d" + i);
    }
    byte[] blob = LyingBlob.of(Blobs.convert(layer), json -> json.replace("493", "511"));

    Result text = with(blob).run("verify", "file:x.stargz");
    Result json = with(blob).run("verify", "--json", "file:x.stargz");

    assertThat(text.lines()).hasSize(21);
    assertThat(text.lines().get(0)).isEqualTo("'d0': mode: expected 493, found 511");
    assertThat(text.lines().get(20)).isEqualTo("... and 110 more");
    assertThat(text.err())
        .containsExactly("stargzify: file:x.stargz: TOC and tar differ in 130 places");
    assertThat((List<?>) Json.parseObject(json.line()).get("differences")).hasSize(100);
    assertThat(Json.parseObject(json.line())).containsEntry("moreDifferences", 30L);
  }

  @Test
  void differences_are_a_plain_line_each() throws IOException {
    Blob blob = Blobs.convert(tar().dir("a\n\033[31m\u00ff"));
    byte[] lie = LyingBlob.of(blob, json -> json.replace("493", "511"));

    assertThat(with(lie).run("verify", "file:x.stargz").lines())
        .containsExactly("'a\\n\\x1B[31m\u00ff': mode: expected 493, found 511");
  }

  @Test
  void the_name_of_the_blob_is_a_plain_line_too() throws IOException {
    String name = "x\n\033[31m";
    CommandFixture command = CommandFixture.in(directory).file(name, blob().bytes());
    byte[] lie = LyingBlob.of(blob(), json -> json.replace("493", "511"));

    assertThat(command.run("verify", "file:" + name).lines().get(0))
        .isEqualTo("file:x\\n\\x1B[31m: TOC and tar agree");
    assertThat(command.file(name, lie).run("verify", "file:" + name).err())
        .containsExactly("stargzify: file:x\\n\\x1B[31m: TOC and tar differ in 1 places");
  }

  // ---- damage

  @Test
  void a_flipped_byte_of_a_chunk_is_a_difference() throws IOException {
    Blob blob = blob();
    byte[] bytes = blob.bytes().clone();
    bytes[Math.toIntExact(blob.entry("b").offset()) + 12] ^= 1;

    Result text = with(bytes).run("verify", "file:x.stargz");
    Result json = with(bytes).run("verify", "--json", "file:x.stargz");

    assertThat(text.exitCode()).isEqualTo(3);
    assertThat(text.lines()).anyMatch(line -> line.startsWith("damage: expected none, found "));
    assertThat(json.exitCode()).isEqualTo(3);
    assertThat(Json.parseObject(json.line()))
        .containsEntry("faithful", false)
        .doesNotContainKeys("diffId", "uncompressedSize");
  }

  @Test
  void a_flipped_byte_of_the_toc_is_a_difference() throws IOException {
    Blob blob = blob();
    byte[] bytes = blob.bytes().clone();
    bytes[Math.toIntExact(blob.facts().tocOffset()) + 40] ^= 1;

    Result text = with(bytes).run("verify", "file:x.stargz");
    Result json = with(bytes).run("verify", "--json", "file:x.stargz");

    assertThat(text.exitCode()).isEqualTo(3);
    assertThat(text.out()).isEmpty();
    assertThat(text.err())
        .singleElement()
        .asString()
        .matches("stargzify: file:x\\.stargz: byte \\d+ of the (blob|tar|TOC): .*");
    assertThat(json.exitCode()).isEqualTo(3);
    String found = text.err().get(0).replace("stargzify: file:x.stargz: ", "");
    assertThat(Json.parseObject(json.line()))
        .containsExactly(
            Map.entry("source", "file:x.stargz"),
            Map.entry("faithful", false),
            Map.entry(
                "differences",
                List.of(Map.of("what", "damage", "expected", "none", "found", found))),
            Map.entry("moreDifferences", 0L));
  }

  @Test
  void no_flipped_bit_passes_that_makes_a_difference() throws IOException {
    byte[] blob = blob().bytes();
    int footer = blob.length - 51;
    // flags, time and system of the gzip header; the subfield's name, which the 47 bytes don't have
    Set<Integer> free = Set.of(3, 4, 5, 6, 7, 8, 9, 12, 13);
    for (int i = 0; i < blob.length; i++) {
      byte[] flipped = blob.clone();
      flipped[i] ^= 1;
      boolean harmless = i < footer ? unpacksAlike(flipped, blob) : free.contains(i - footer);

      Result result = with(flipped).run("verify", "-q", "file:x.stargz");

      assertThat(result.exitCode()).as("byte %d", i).isIn(harmless ? 0 : 1, 1, 3);
      assertThat(result.err()).noneMatch(line -> line.contains("Exception"));
    }
  }

  /** Some bits of a header say nothing, and a run of zeros can be packed in many ways. */
  private static boolean unpacksAlike(byte[] flipped, byte[] blob) {
    try {
      byte[] plain = flipped.clone();
      for (Gzip.Member member : Gzip.members(blob)) {
        plain[member.offset() + 3] &= ~1; // the flag that it may be text
      }
      return Arrays.equals(Gzip.gunzip(plain), Gzip.gunzip(blob));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Test
  void no_cut_file_passes() throws IOException {
    byte[] blob = blob().bytes();
    for (int size = 0; size < blob.length; size += size < blob.length - 70 ? 13 : 1) {
      Result result = with(Arrays.copyOf(blob, size)).run("verify", "file:x.stargz");

      assertThat(result.exitCode()).as("%d bytes", size).isEqualTo(1);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).singleElement().asString().contains("not a stargz");
    }
  }

  @Test
  void a_blob_whose_start_is_missing_does_not_pass() throws IOException {
    byte[] blob = blob().bytes();

    Result result = with(Arrays.copyOfRange(blob, 30, blob.length)).run("verify", "file:x.stargz");

    assertThat(result.exitCode()).isEqualTo(3);
  }

  // ---- no blob

  @Test
  void a_plain_archive_is_no_stargz() throws IOException {
    for (byte[] archive : List.of(LAYER.gzip(), LAYER.bytes(), LAYER.zstd(), new byte[0])) {
      Result result = with(archive).run("verify", "--json", "file:x.stargz");

      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .singleElement()
          .asString()
          .startsWith("stargzify: file:x.stargz: byte ")
          .contains("not a stargz: expected a footer of 51 or 47 bytes at its end");
    }
  }

  @Test
  void a_toc_of_another_version_is_not_supported() throws IOException {
    byte[] blob = LyingBlob.of(blob(), json -> json.replace("\"version\":1", "\"version\":2"));

    Result result = with(blob).run("verify", "file:x.stargz");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).singleElement().asString().contains("expected version 1, found 2");
  }

  @Test
  void a_toc_that_contradicts_itself_is_a_difference() throws IOException {
    byte[] blob =
        LyingBlob.of(blob(), json -> json.replaceFirst("\"offset\":\\d+", "\"offset\":1"));
    byte[] twice =
        LyingBlob.of(blob(), json -> json.replaceAll("\"offset\":\\d+", "\"offset\":10"));

    assertThat(with(blob).run("verify", "file:x.stargz").exitCode()).isEqualTo(3);
    assertThat(with(twice).run("verify", "file:x.stargz").err())
        .containsExactly(
            "stargzify: file:x.stargz: entry 'a' of the TOC: its place in the blob is that of"
                + " another entry");
  }

  @Test
  void what_is_not_there_or_no_file_is_an_error_that_names_it() throws IOException {
    CommandFixture command = with(latin1("x"));
    Files.createDirectory(command.path("d"));

    assertThat(command.run("verify", "file:gone").err())
        .containsExactly("stargzify: no such file: gone");
    assertThat(command.run("verify", "file:d").err())
        .singleElement()
        .asString()
        .startsWith("stargzify: file:d is a directory");
    assertThat(command.run("verify", "file:gone").exitCode()).isEqualTo(1);
    assertThat(command.run("verify", "file:d").exitCode()).isEqualTo(1);
  }
}
