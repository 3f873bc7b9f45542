package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./benchmark} on a tiny layer: that it runs, and that it believes nobody. */
class BenchmarkTest {
  private static final String SCRIPT =
      """
      cd "$1" && exec ./benchmark layers --rounds 1 --layer "$2" --stargzify "$3" --work "$4" \
        --raw "$4/raw.json" "${@:5}"
      """;

  @TempDir Path temp;
  private Path layer;

  @BeforeEach
  void makeLayer() throws IOException {
    Needs.these("oracle", "python", "gzip", "tar");
    layer = temp.resolve("tiny.tar.gz");
    byte[] bytes =
        tar().file("SOMEDIR/hello", "hello\n").file("other", "text ".repeat(999)).bytes();
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(layer))) {
      out.write(bytes);
    }
  }

  private List<String> benchmark(Path launcher, String... patterns) throws Exception {
    Object[] arguments = new Object[4 + patterns.length];
    arguments[0] = Launcher.PROJECT;
    arguments[1] = layer;
    arguments[2] = launcher;
    arguments[3] = temp;
    for (int i = 0; i < patterns.length; i++) {
      arguments[4 + i] = "--only=" + patterns[i];
    }
    return new String(Command.bash(SCRIPT, arguments), UTF_8).lines().toList();
  }

  @Test
  void each_contestant_has_a_row_of_figures() throws Exception {
    Path launcher = Launcher.built(Files.createDirectory(temp.resolve("root"))).script();

    List<String> lines =
        benchmark(launcher, "estargz.Build 9", "stargzify j* 6", "estargz.Writer 6", "gzip -6");

    String number = " \\d+(\\.\\d+)? \\|";
    for (String name :
        List.of(
            "estargz\\.Build 9",
            "estargz\\.Writer 6",
            "stargzify jdk 6",
            "stargzify java 6",
            "gzip -6")) {
      assertThat(lines).anyMatch(line -> line.matches("\\| " + name + " \\|" + number.repeat(6)));
    }
    assertThat(lines).anyMatch(line -> line.startsWith("tiny: 2 entries"));
    assertThat(Files.readAllLines(temp.resolve("raw.json")))
        .hasSize(5)
        .allMatch(line -> line.contains("\"layer\": \"tiny\"") && line.contains("\"wall\": "));
  }

  @Test
  void an_output_that_lacks_something_is_a_failure() throws Exception {
    Path liar = temp.resolve("liar");
    Files.writeString(
        liar,
        """
        #!/bin/sh
        for word; do target=${word#file:}; done
        mkdir "$target.d" && cd "$target.d" && echo text > other && tar cz other > "$target"
        """);
    assertThat(liar.toFile().setExecutable(true)).isTrue();

    assertThatThrownBy(() -> benchmark(liar, "stargzify jdk 6"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("what it wrote is not what was in tiny.tar.gz");
  }
}
