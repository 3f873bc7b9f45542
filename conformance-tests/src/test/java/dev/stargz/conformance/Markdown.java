package dev.stargz.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page of this project: its fenced blocks, and its links. */
final class Markdown {
  /**
   * A fenced block.
   *
   * @param line of the opening fence, from 1
   * @param language behind the fence
   * @param comment the HTML comment in the line above, if there is one
   * @param text what stands between the fences
   */
  record Block(int line, String language, Optional<String> comment, String text) {
    /** What the comment says behind {@code prefix}, if it is of that kind. */
    Optional<String> comment(String prefix) {
      return comment
          .filter(each -> each.startsWith(prefix))
          .map(each -> each.substring(prefix.length()).strip());
    }
  }

  private static final Pattern FENCE = Pattern.compile("```([a-z]*)");
  private static final Pattern COMMENT = Pattern.compile("<!-- (.*) -->");
  private static final Pattern LINK = Pattern.compile("(?<!`)\\[[^]]+]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("#+ (.*)");

  private final Path page;
  private final List<Block> blocks = new ArrayList<>();
  private final List<String> links = new ArrayList<>();
  private final List<String> anchors = new ArrayList<>();

  private Markdown(Path page) {
    this.page = page;
  }

  static Markdown read(Path page) throws IOException {
    Markdown markdown = new Markdown(page);
    List<String> lines = Files.readAllLines(page);
    for (int i = 0; i < lines.size(); i++) {
      Matcher fence = FENCE.matcher(lines.get(i));
      if (fence.matches()) {
        int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf("```");
        markdown.addBlock(lines, i, end, fence.group(1));
        i = end;
      } else {
        markdown.addText(lines.get(i));
      }
    }
    return markdown;
  }

  private void addBlock(List<String> lines, int start, int end, String language) {
    if (end <= start) {
      throw new AssertionError(page + ":" + (start + 1) + ": a block without an end");
    }
    Matcher above = COMMENT.matcher(start == 0 ? "" : lines.get(start - 1));
    Optional<String> comment = above.matches() ? Optional.of(above.group(1)) : Optional.empty();
    String text = String.join("\n", lines.subList(start + 1, end)) + "\n";
    blocks.add(new Block(start + 1, language, comment, text));
  }

  private void addText(String line) {
    Matcher heading = HEADING.matcher(line);
    if (heading.matches()) {
      String kept = heading.group(1).toLowerCase(Locale.ROOT);
      anchors.add("#" + kept.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'));
    }
    LINK.matcher(line).results().forEach(link -> links.add(link.group(1)));
  }

  Path page() {
    return page;
  }

  List<Block> blocks() {
    return blocks;
  }

  /** The targets of its links, in order. */
  List<String> links() {
    return links;
  }

  /** What the headings can be linked to as: {@code #the-blob}. */
  List<String> anchors() {
    return anchors;
  }
}
