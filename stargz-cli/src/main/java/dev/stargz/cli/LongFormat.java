package dev.stargz.cli;

import dev.stargz.format.toc.TocEntryType;
import dev.stargz.format.tree.FileNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A line with the attributes of each file, in columns. */
final class LongFormat implements ListingFormat {
  private final OutputStream out;
  private final NameStyle style;
  private final boolean numeric;

  /**
   * Creates a format.
   *
   * @param numeric whether owner and group are numbers even if they have names
   */
  LongFormat(OutputStream out, NameStyle style, boolean numeric) {
    this.out = out;
    this.style = style;
    this.numeric = numeric;
  }

  /** A file's columns. */
  private record Row(String links, String user, String group, String size, ListedFile file) {}

  @Override
  public boolean hasHeadings() {
    return true;
  }

  @Override
  public void show(List<ListedFile> files) throws IOException {
    List<Row> rows = new ArrayList<>(files.size());
    int links = 0;
    int user = 0;
    int group = 0;
    int size = 0;
    for (ListedFile file : files) {
      Row row = row(file);
      rows.add(row);
      links = Math.max(links, row.links().length());
      user = Math.max(user, TextWidth.of(row.user()));
      group = Math.max(group, TextWidth.of(row.group()));
      size = Math.max(size, row.size().length());
    }
    for (Row row : rows) {
      StringBuilder line = new StringBuilder(ModeString.of(row.file().node())).append(' ');
      right(line, row.links(), links);
      left(line, row.user(), user);
      left(line, row.group(), group);
      right(line, row.size(), size);
      line.append(Instant.ofEpochSecond(row.file().node().modTime())).append(' ');
      out.write(
          line.append(named(row.file())).append('\n').toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private Row row(ListedFile file) {
    FileNode node = file.node();
    TocEntryType type = node.type();
    boolean device = type == TocEntryType.CHARACTER_DEVICE || type == TocEntryType.BLOCK_DEVICE;
    return new Row(
        Integer.toString(node.linkCount()),
        owner(node.userName(), node.uid()),
        owner(node.groupName(), node.gid()),
        device ? node.devMajor() + ", " + node.devMinor() : Long.toString(node.size()),
        file);
  }

  private String owner(String name, long number) {
    return numeric || name.isEmpty() ? Long.toString(number) : style.plain(name);
  }

  private String named(ListedFile file) {
    String name = style.of(file);
    return file.node().isSymbolicLink()
        ? name + " -> " + style.plain(file.node().linkTarget().text())
        : name;
  }

  private static void right(StringBuilder line, String text, int width) {
    line.append(" ".repeat(width - text.length())).append(text).append(' ');
  }

  private static void left(StringBuilder line, String text, int width) {
    line.append(text).append(" ".repeat(width - TextWidth.of(text))).append(' ');
  }
}
