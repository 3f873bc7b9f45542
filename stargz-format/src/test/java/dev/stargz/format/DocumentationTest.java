package dev.stargz.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DocumentationTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern PUBLIC = Pattern.compile(" *public .*[({;].*|public .*[({;].*");

  @Test
  void everyPublicTypeAndMemberIsExplained() throws IOException {
    List<String> unexplained = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        unexplained.addAll(unexplained(file));
      }
    }
    assertThat(unexplained).isEmpty();
  }

  private static List<String> unexplained(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<String> unexplained = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (PUBLIC.matcher(lines.get(i)).matches() && !isExplained(lines, i)) {
        unexplained.add(SOURCES.relativize(file) + ":" + (i + 1) + ": " + lines.get(i).strip());
      }
    }
    return unexplained;
  }

  /** Whether a comment ends above a line, annotations between; what overrides needs none. */
  private static boolean isExplained(List<String> lines, int declaration) {
    int i = declaration - 1;
    while (lines.get(i).strip().startsWith("@")) {
      if (lines.get(i).strip().equals("@Override")) {
        return true;
      }
      i--;
    }
    return lines.get(i).strip().endsWith("*/");
  }
}
