package dev.stargz.extract;

import java.util.List;

/**
 * What was extracted.
 *
 * @param directories without the root
 * @param files regular files, each once however many names it has
 * @param links further names of files of any kind
 * @param symbolicLinks each once
 * @param others devices and pipes
 * @param bytes of the regular files' contents
 * @param leftOut what the files had to go without
 */
public record ExtractReport(
    long directories,
    long files,
    long links,
    long symbolicLinks,
    long others,
    long bytes,
    List<LeftOut> leftOut) {
  /** Keeps a copy of the list. */
  public ExtractReport {
    leftOut = List.copyOf(leftOut);
  }
}
