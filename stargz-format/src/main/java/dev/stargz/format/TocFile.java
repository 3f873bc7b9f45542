package dev.stargz.format;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.gzip.GzipInput;
import dev.stargz.format.gzip.RangeInput;
import dev.stargz.format.tar.EntryKind;
import dev.stargz.format.tar.TarEntry;
import dev.stargz.format.tar.TarReader;
import dev.stargz.format.toc.Toc;
import dev.stargz.format.toc.TocBudget;
import dev.stargz.format.toc.TocParser;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The TOC as read from its member, and the digest of its JSON.
 *
 * @param toc what it says
 * @param digest of the bytes that said it
 * @param jsonSize how many those are
 */
record TocFile(Toc toc, Digest digest, long jsonSize) {
  private static final EntryName NAME = EntryName.of(Toc.ENTRY_NAME);

  /**
   * Reads the member at {@code start}, none of whose bytes lie at or behind {@code end}.
   *
   * @param budget what the TOC takes out of it stays taken
   */
  static TocFile read(RandomAccessSource source, long start, long end, TocBudget budget)
      throws IOException {
    try (GzipInput member =
        GzipInput.ofOneMember(
            new RangeInput(source, start, end, end - start), start, Location::inBlob)) {
      TarReader tar = new TarReader(member, 0, 0);
      TarEntry entry = tar.next();
      if (entry == null
          || entry.kind() != EntryKind.REGULAR
          || !entry.name().cleaned().equals(NAME)) {
        throw new CorruptException(
            "expected the TOC's tar entry '"
                + NAME
                + "', found "
                + (entry == null ? "none" : "'" + entry.name() + "'"),
            Location.inBlob(start));
      }
      TocFile file = parse(new HashedInput(tar::read), budget);
      member.transferTo(OutputStream.nullOutputStream()); // to the end, where its CRC is checked
      return file;
    }
  }

  private static TocFile parse(HashedInput json, TocBudget budget) throws IOException {
    Toc toc = TocParser.parse(json, budget);
    Digest digest = json.readToEnd();
    return new TocFile(toc, digest, json.position());
  }
}
