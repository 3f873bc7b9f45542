package dev.stargz.cli;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.cli.CommandFixture.Result;
import dev.stargz.format.fixture.TarFixture;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --progress}: when something is drawn while a conversion runs. */
class ProgressOptionTest {
  private static final String CLEAR = "\r\033[K";
  private static final TarFixture LAYER =
      tar().file("a", new byte[200_000]).file("b", new byte[200_000]).file("c", "x");

  @TempDir Path directory;

  private CommandFixture command() {
    return CommandFixture.in(directory).stdin(new Slow(LAYER.stream()));
  }

  private static List<String> drawn(Result result) {
    return result.err().stream().filter(line -> line.contains(" read, ")).toList();
  }

  /** Takes a little more than the time between two drawings. */
  private static final class Slow extends FilterInputStream {
    private static final long NANOS = 110_000_000L;
    private int reads;

    Slow(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (++reads == 3) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < NANOS) {
          Thread.onSpinWait();
        }
      }
      return super.read(buffer, offset, length);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--progress=auto", "--skip-unsupported"})
  void on_a_terminal_a_line_is_drawn_and_cleared(String option) throws IOException {
    Result result = command().stderrIsTerminal().run(option, "file:-", "file:out");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).last().asString().startsWith("\033[Kfile:- -> file:out: ");
    assertThat(drawn(result))
        .isNotEmpty()
        .allMatch(line -> line.matches(".* read, .* written, .*"));
  }

  @Test
  void the_line_is_cleared_before_an_error_is_told() throws IOException {
    byte[] broken = LAYER.bytes();
    broken[401_408 + 1024] ^= 1; // in the header of c
    CommandFixture command =
        CommandFixture.in(directory)
            .stdin(new Slow(new ByteArrayInputStream(broken)))
            .stderrIsTerminal();

    Result result = command.run("file:-", "file:out");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(String.join("\n", result.err()))
        .contains(CLEAR.strip() + "stargzify: file:-: byte ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--progress=none", "--progress=plain", "-q"})
  void on_a_terminal_nothing_is_drawn_over_if_told_so(String option) throws IOException {
    Result result = command().stderrIsTerminal().run(option, "file:-", "file:out");

    assertThat(result.exitCode()).isZero();
    assertThat(result.err()).noneMatch(line -> line.contains("\033"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--progress=none", "--progress=auto", "--skip-unsupported"})
  void elsewhere_nothing_is_drawn(String option) throws IOException {
    Result result = command().run(option, "file:-", "file:out");

    assertThat(result.err()).singleElement().asString().startsWith("file:- -> file:out: ");
  }

  @Test
  void progress_never_gets_into_the_blob() throws IOException {
    Result drawn = command().stderrIsTerminal().run("file:-");
    Result quiet = command().run("-q", "file:-");

    assertThat(drawn(drawn)).isNotEmpty();
    assertThat(drawn.out()).isEqualTo(quiet.out());
  }
}
