package dev.stargz.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Paths for a program that reads them byte by byte, such as {@code xargs -0}. */
final class NulFormat implements ListingFormat {
  private final OutputStream out;

  NulFormat(OutputStream out) {
    this.out = out;
  }

  @Override
  public boolean hasHeadings() {
    return false;
  }

  @Override
  public void show(List<ListedFile> files) throws IOException {
    for (ListedFile file : files) {
      out.write(file.path().bytes());
      out.write(0);
    }
  }
}
