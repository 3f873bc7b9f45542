package dev.stargz.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@code inspect} shows. */
@Command(optionListHeading = "%nInspection:%n")
final class InspectSettings {
  private static final int MOST = 1000;

  @Option(
      names = "--largest",
      paramLabel = "N",
      description = "How many of the largest files to name, of each layer in JSON; default 5.")
  private int largest = 5;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      converter = Converters.ToColorMode.class,
      description = "auto (default: on a terminal, unless NO_COLOR is set), always, never.")
  ColorMode color = ColorMode.AUTO;

  /**
   * How many of the largest files to name.
   *
   * @throws UsageException if there can't be so many
   */
  int largest() {
    if (largest < 0 || largest > MOST) {
      throw new UsageException("--largest: expected 0 to " + MOST + ", found " + largest);
    }
    return largest;
  }
}
