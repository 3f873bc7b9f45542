package dev.stargz.conformance;

import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stargz.conformance.Launcher.Running;
import dev.stargz.conformance.Markdown.Block;
import dev.stargz.format.fixture.TarFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Does what README.md says, block by block and in order, in one directory in which there are the
 * launcher, {@code SOMEDIR/hello}, that directory as {@code layer.tar.gz}, and an OCI layout {@code
 * image} with an image {@code app}. A block is left out only if an HTML comment above it says why:
 * {@code <!-- not run: REASON -->}.
 */
class ReadmeTest {
  /** Why blocks aren't run: a new reason has to be written here, too. */
  private static final Set<String> REASONS =
      Set.of(
          "a registry on the network is needed", "this is what runs the test that runs this page");

  private static final TarFixture LAYER = tar().dir("SOMEDIR/").file("SOMEDIR/hello", "hello\n");

  /** What a reader of the page would let the editor add. */
  private static final String IMPORTS =
      """
      import dev.stargz.format.*;
      import dev.stargz.format.blob.*;
      import dev.stargz.format.toc.*;
      import java.io.*;
      import java.nio.file.*;
      import java.util.*;
      """;

  @TempDir static Path temp;
  private static Launcher launcher;
  private static Path directory;
  private static Markdown readme;

  @BeforeAll
  static void prepare() throws IOException {
    launcher = Launcher.built(Files.createDirectory(temp.resolve("root")));
    directory = Files.createDirectory(temp.resolve("here"));
    Files.createSymbolicLink(directory.resolve("stargzify"), launcher.script());
    Files.createDirectory(directory.resolve("SOMEDIR"));
    Files.writeString(directory.resolve("SOMEDIR/hello"), "hello\n");
    Files.write(directory.resolve("layer.tar.gz"), LAYER.gzip());
    Path layout = Files.createDirectory(directory.resolve("image"));
    SourceImage.of(TestLayer.gzip(LAYER), TestLayer.gzip(TestLayer.base())).write(layout, "app");
    readme = Markdown.read(Launcher.PROJECT.resolve("README.md"));
  }

  @TestFactory
  Stream<DynamicTest> each_block_does_what_it_says() {
    return readme.blocks().stream()
        .filter(block -> block.comment("not run:").isEmpty())
        .map(block -> DynamicTest.dynamicTest("README.md:" + block.line(), () -> run(block)));
  }

  private static void run(Block block) throws Exception {
    switch (block.language()) {
      case "sh" -> runShell(block);
      case "java" -> runJava(block);
      default -> throw new AssertionError("a block of " + block.language() + ": nothing runs it");
    }
  }

  private static void runShell(Block block) throws Exception {
    List<String> commands = block.text().lines().toList();
    if (commands.stream().anyMatch(line -> line.startsWith("$ "))) {
      commands = commands.stream().filter(line -> line.startsWith("$ ")).toList();
    }
    List<String> plain = commands.stream().map(line -> line.replaceFirst("^\\$ ", "")).toList();

    Running.Result result = launcher.bash(directory, String.join("\n", plain));

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).doesNotContain("warning");
  }

  private static void runJava(Block block) throws Exception {
    Path classes = Files.createTempDirectory(temp, "classes");
    Path source = Files.writeString(classes.resolve("Snippet.java"), program(block.text()));
    String classPath = System.getProperty("java.class.path");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int errors =
        compiler.run(
            null, System.err, System.err, "-proc:none", "-cp", classPath, source.toString());
    assertThat(errors).as("errors of the compiler: see above").isZero();

    Running.Result result =
        launcher
            .with("CLASSPATH", classes + ":" + classPath)
            .bash(directory, "\"$JAVA_HOME/bin/java\" Snippet");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isNotEmpty();
  }

  /** A class around statements, which may begin with imports; a whole class is left as it is. */
  private static String program(String code) {
    if (code.contains("static void main(")) {
      return code;
    }
    List<String> imports = new ArrayList<>(List.of(IMPORTS));
    List<String> statements = new ArrayList<>();
    code.lines().forEach(line -> (line.startsWith("import ") ? imports : statements).add(line));
    return String.join("\n", imports)
        + "\nclass Snippet {\n  public static void main(String[] args) throws Exception {\n"
        + String.join("\n", statements)
        + "\n  }\n}\n";
  }

  @Test
  void there_are_blocks_of_both_kinds() {
    assertThat(readme.blocks()).extracting(Block::language).contains("sh", "java");
  }

  @Test
  void blocks_are_left_out_for_known_reasons_alone() {
    assertThat(readme.blocks().stream().flatMap(block -> block.comment("not run:").stream()))
        .hasSizeLessThan(4)
        .hasSameElementsAs(REASONS);
  }

  @Test
  void the_two_commands_for_a_fresh_machine_stand_on_the_first_screen() throws IOException {
    assertThat(Files.readAllLines(readme.page()).subList(0, 40))
        .anyMatch(line -> line.matches("(\\$ )?tar c.* \\| \\./stargzify file:- file:.*"))
        .anyMatch(line -> line.matches("(\\$ )?\\./test( .*)?"));
  }

  /** All pages of the repository: those in its root and below {@code docs} and examples. */
  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String place : List.of("", "docs", "examples")) {
      Path directory = Launcher.PROJECT.resolve(place);
      if (Files.isDirectory(directory)) {
        try (Stream<Path> files = Files.walk(directory, place.isEmpty() ? 1 : 2)) {
          files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        }
      }
    }
    assertThat(pages).hasSizeGreaterThan(3);
    return pages;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void links_lead_somewhere(Path path) throws IOException {
    for (String link : Markdown.read(path).links()) {
      if (!link.contains("://")) {
        int hash = link.indexOf('#');
        Path target = hash == 0 ? path : path.resolveSibling(link.replaceFirst("#.*", ""));
        assertThat(target).as(link).exists();
        if (hash >= 0) {
          assertThat(Markdown.read(target).anchors()).contains(link.substring(hash));
        }
      }
    }
  }
}
