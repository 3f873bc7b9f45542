package dev.stargz.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Names alone: one a line, or in columns. */
final class ShortFormat implements ListingFormat {
  private static final int GAP = 2;

  private final OutputStream out;
  private final NameStyle style;
  private final int width;

  /**
   * Creates a format.
   *
   * @param width how many characters a line has, 0 for one name a line
   */
  ShortFormat(OutputStream out, NameStyle style, int width) {
    this.out = out;
    this.style = style;
    this.width = width;
  }

  @Override
  public boolean hasHeadings() {
    return true;
  }

  @Override
  public void show(List<ListedFile> files) throws IOException {
    int[] widths =
        files.stream().mapToInt(file -> TextWidth.of(style.plain(file.text()))).toArray();
    int rows = width == 0 ? files.size() : rows(widths);
    for (int row = 0; row < rows; row++) {
      StringBuilder line = new StringBuilder();
      for (int i = row; i < files.size(); i += rows) {
        line.append(style.of(files.get(i)));
        if (i + rows < files.size()) {
          int column = i / rows;
          line.append(" ".repeat(columnWidth(widths, rows, column) + GAP - widths[i]));
        }
      }
      out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The fewest rows with which all columns fit. */
  private int rows(int[] widths) {
    for (int rows = 1; rows < widths.length; rows++) {
      int columns = (widths.length + rows - 1) / rows;
      int line = (columns - 1) * GAP;
      for (int column = 0; column < columns && line <= width; column++) {
        line += columnWidth(widths, rows, column);
      }
      if (line <= width) {
        return rows;
      }
    }
    return widths.length;
  }

  private static int columnWidth(int[] widths, int rows, int column) {
    int most = 0;
    for (int i = column * rows; i < Math.min(widths.length, (column + 1) * rows); i++) {
      most = Math.max(most, widths[i]);
    }
    return most;
  }
}
