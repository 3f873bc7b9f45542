package dev.stargz.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of cells, each column as wide as its widest cell: text to the left, amounts to the right.
 */
final class TextTable {
  private static final String GAP = "  ";

  private final List<Boolean> toTheRight;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Creates a table without rows.
   *
   * @param columns a letter for each: {@code r} to the right, anything else to the left
   */
  TextTable(String columns) {
    toTheRight = columns.chars().mapToObj(letter -> letter == 'r').toList();
  }

  /** Adds a row; cells that are missing at its end are empty. */
  void add(String... cells) {
    rows.add(List.of(cells).stream().map(OneLine::of).toList());
  }

  /** The rows as lines without blanks at their ends. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        String blanks = " ".repeat(width(column) - cell.length());
        line.append(toTheRight.get(column) ? blanks + cell : cell + blanks).append(GAP);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private int width(int column) {
    return rows.stream()
        .filter(row -> row.size() > column)
        .mapToInt(row -> row.get(column).length())
        .max()
        .orElse(0);
  }
}
