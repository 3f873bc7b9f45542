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
import dev.stargz.format.toc.TocParser;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The TOC as read from its member, and the digest of its JSON.
 *
 * @param toc what it says
 * @param digest of the bytes that said it
 */
record TocFile(Toc toc, Digest digest) {
  private static final EntryName NAME = EntryName.of(Toc.ENTRY_NAME);
  private static final int HEAP_SHARE = 2;

  /** Reads the member at {@code start}, none of whose bytes lie at or behind {@code end}. */
  static TocFile read(RandomAccessSource source, long start, long end) throws IOException {
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
      TocFile file = parse(new HashedInput(tar::read));
      member.transferTo(OutputStream.nullOutputStream()); // to the end, where its CRC is checked
      return file;
    }
  }

  private static TocFile parse(HashedInput json) throws IOException {
    Toc toc = TocParser.parse(json, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    return new TocFile(toc, json.readToEnd());
  }
}
