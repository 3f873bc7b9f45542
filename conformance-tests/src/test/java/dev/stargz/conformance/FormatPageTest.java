package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.stargz.conformance.Markdown.Block;
import dev.stargz.format.fixture.Blobs;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Gzip;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.Footer;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Compares the examples in FORMAT.md with what is written: each stands below an HTML comment that
 * says what it is, {@code <!-- example: gzip header -->}.
 */
class FormatPageTest {
  private static final long TOC_OFFSET = 0x1234;
  private static final String UNIVERSAL = "universal footer of a TOC at 0x1234";
  private static final String STARGZ = "stargz footer of a TOC at 0x1234";
  private static final String GZIP_HEADER = "gzip header";
  private static final String TOC = "TOC of hello.tar";

  private static final TarFixture HELLO =
      tar().dir("a/").mtime(0).file("a/hello", "hello\n").mtime(0);

  private static Map<String, Block> examples;

  @BeforeAll
  static void read() throws IOException {
    examples =
        Markdown.read(Launcher.PROJECT.resolve("FORMAT.md")).blocks().stream()
            .filter(block -> block.comment("example:").isPresent())
            .collect(Collectors.toMap(block -> block.comment("example:").orElseThrow(), b -> b));
  }

  private static byte[] bytes(String example) {
    Block block = examples.get(example);
    assertThat(block.language()).isEqualTo("hex");
    return HexFormat.of().parseHex(block.text().replaceAll("[\\s|]", ""));
  }

  @Test
  void there_are_these_examples_and_no_others() {
    assertThat(examples.keySet()).containsExactlyInAnyOrder(UNIVERSAL, STARGZ, GZIP_HEADER, TOC);
  }

  @Test
  void every_block_of_bytes_or_json_is_an_example() throws IOException {
    List<Block> blocks = Markdown.read(Launcher.PROJECT.resolve("FORMAT.md")).blocks();

    assertThat(blocks.stream().filter(block -> List.of("hex", "json").contains(block.language())))
        .allMatch(block -> block.comment("example:").isPresent());
  }

  @Test
  void the_universal_footer() {
    assertThat(bytes(UNIVERSAL)).isEqualTo(Footer.universal(TOC_OFFSET));
  }

  @Test
  void the_footer_of_2019() {
    assertThat(bytes(STARGZ)).isEqualTo(Footer.stargz(TOC_OFFSET));
  }

  @Test
  void the_header_of_every_member_but_the_footer() throws IOException {
    byte[] blob = Blobs.convert(HELLO).bytes();
    List<Gzip.Member> members = Gzip.members(blob);

    assertThat(members).hasSizeGreaterThan(3);
    for (Gzip.Member member : members.subList(0, members.size() - 1)) {
      assertThat(Arrays.copyOfRange(blob, member.offset(), member.offset() + 10))
          .isEqualTo(bytes(GZIP_HEADER));
    }
  }

  @Test
  void the_toc_of_a_small_tar() throws IOException {
    Blob blob = Blobs.convert(HELLO);

    assertThat(examples.get(TOC).language()).isEqualTo("json");
    assertThat(compact(examples.get(TOC).text())).isEqualTo(blob.tocJson());
  }

  /** The same JSON, its fields in their order, without blanks and ends of lines. */
  private static String compact(String json) throws IOException {
    JsonFactory factory = new JsonFactory();
    StringWriter out = new StringWriter();
    try (JsonParser parser = factory.createParser(json);
        JsonGenerator generator = factory.createGenerator(out)) {
      parser.nextToken();
      generator.copyCurrentStructure(parser);
    }
    return out.toString();
  }
}
