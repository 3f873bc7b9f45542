package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.WriterOptions;
import dev.stargz.format.deflate.DeflateEngine;
import dev.stargz.format.deflate.LibdeflateMissingException;
import dev.stargz.format.fixture.Blobs;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeflaterNameTest {
  private static final byte[] LAYER = tar().file("a", "hello, hello, hello").bytes();

  @TempDir private Path directory;

  private CommandFixture command() throws IOException {
    return CommandFixture.in(directory).file("in.tar", LAYER);
  }

  private static byte[] blob(DeflateEngine engine) throws IOException {
    WriterOptions options = WriterOptions.builder().engine(engine).build();
    return Blobs.convert(LAYER, options).bytes();
  }

  private static DeflateEngine libdeflate() {
    try {
      return DeflateEngine.libdeflate();
    } catch (LibdeflateMissingException e) {
      assumeTrue(false, "left out: " + e.getMessage());
      throw e;
    }
  }

  @Test
  void the_environment_may_name_the_deflater() throws IOException {
    CommandFixture command = command().variable("STARGZIFY_DEFLATER", "jdk");

    command.run("file:in.tar", "file:out");

    assertThat(command.content("out")).isEqualTo(blob(DeflateEngine.jdk()));
  }

  @Test
  void the_option_wins() throws IOException {
    CommandFixture command = command().variable("STARGZIFY_DEFLATER", "zip");

    Result result = command.run("--deflater=jdk", "file:in.tar", "file:out");

    assertThat(result.exitCode()).isZero();
    assertThat(command.content("out")).isEqualTo(blob(DeflateEngine.jdk()));
  }

  @Test
  void without_either_it_is_the_library_s_default() throws IOException {
    CommandFixture command = command().variable("STARGZIFY_DEFLATER", "");

    command.run("file:in.tar", "file:out");

    assertThat(command.content("out")).isEqualTo(blob(WriterOptions.defaults().engine()));
  }

  @Test
  void a_name_in_the_environment_that_is_none_is_a_usage_error() throws IOException {
    Result result = command().variable("STARGZIFY_DEFLATER", "zip").run("file:in.tar", "file:out");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().get(0))
        .isEqualTo(
            "stargzify: Invalid value for variable STARGZIFY_DEFLATER: expected one of java, jdk,"
                + " libdeflate, found 'zip'");
    assertThat(result.files()).containsExactly("in.tar");
  }

  @Test
  void libdeflate_makes_other_bytes() throws IOException {
    DeflateEngine engine = libdeflate();
    CommandFixture command = command();

    Result result = command.run("--deflater=libdeflate", "file:in.tar", "file:out");

    assertThat(result.exitCode()).as(result.err() + "").isZero();
    assertThat(command.content("out")).isEqualTo(blob(engine));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 13})
  void libdeflate_has_levels_1_to_12(int level) throws IOException {
    libdeflate();

    Result result = command().run("--deflater=libdeflate", "--level=" + level, "file:in.tar");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().get(0))
        .isEqualTo("stargzify: --level: expected 1 to 12, found " + level);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "12, 9"})
  void the_table_of_contents_is_the_jdk_s(int level, int tocLevel) {
    WriterOptions options = WriterOptions.builder().engine(libdeflate()).level(level).build();

    assertThat(options.fingerprint())
        .matches(
            ".*;deflater=libdeflate:[0-9a-f]{12};toc=jdk:" + DeflateEngine.jdk().version(tocLevel));
  }
}
