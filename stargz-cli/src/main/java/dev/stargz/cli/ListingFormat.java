package dev.stargz.cli;

import java.io.IOException;
import java.util.List;

/** How files are shown. */
interface ListingFormat {
  /** Whether directories stand under their names, with a line between them. */
  boolean hasHeadings();

  /** Shows the files of one directory. */
  void show(List<ListedFile> files) throws IOException;
}
