package dev.stargz.format.toc;

import java.util.List;

/**
 * A table of contents as read from a blob.
 *
 * @param version 1, the only one there is
 * @param entries in the blob's order
 */
public record Toc(int version, List<TocEntry> entries) {
  /** The tar entry that holds the TOC's JSON. */
  public static final String ENTRY_NAME = "stargz.index.json";

  /** The {@code version} that is written, and the only one that is read. */
  public static final int VERSION = 1;
}
