package dev.stargz.format;

import dev.stargz.format.WriterWarning.Kind;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.tar.EntryKind;
import dev.stargz.format.tar.TarEntry;
import dev.stargz.format.toc.Landmark;

/** Decides which entries of a source get into the blob, and warns of what is odd about them. */
final class EntryFilter {
  private final boolean skipUnsupported;
  private final Warnings warnings;

  EntryFilter(boolean skipUnsupported, Warnings warnings) {
    this.skipUnsupported = skipUnsupported;
    this.warnings = warnings;
  }

  /**
   * Whether the entry gets in.
   *
   * @throws UnsupportedException if it can't, and may not be dropped either
   */
  boolean accepts(TarEntry entry) throws UnsupportedException {
    EntryName name = entry.name();
    if (entry.kind() == EntryKind.UNSUPPORTED) {
      String type = "typeflag '" + printable(entry.typeflag()) + "', which nothing unpacks";
      return mayDrop(entry, "an entry of " + type);
    }
    if (entry.kind() == EntryKind.GLOBAL_RECORDS) {
      warnOfGlobalRecords(entry);
      return true;
    }
    EntryName path = name.cleaned();
    if (Landmark.isReserved(path)) {
      warnings.add(
          Kind.RESERVED_NAME_DROPPED,
          name,
          "entry '" + name + "' was dropped: the format makes that file itself");
      return false;
    }
    if (Landmark.isReserved(topmost(path))) {
      return mayDrop(entry, "an entry below a name that belongs to the format");
    }
    if (entry.extras().libarchiveXattrsOnly()) {
      warnings.add(
          Kind.LIBARCHIVE_XATTRS,
          name,
          "entry '"
              + name
              + "' has extended attributes as LIBARCHIVE.xattr alone: they stay in the"
              + " tar, but neither container engines nor the TOC show them");
    }
    return true;
  }

  private static EntryName topmost(EntryName path) {
    EntryName top = path;
    for (EntryName above = path; !above.isEmpty(); above = above.parent().orElseThrow()) {
      top = above;
    }
    return top;
  }

  private static String printable(byte typeflag) {
    boolean ascii = typeflag > ' ' && typeflag < 0x7f;
    return ascii ? String.valueOf((char) typeflag) : String.format("\\x%02X", typeflag & 0xff);
  }

  private boolean mayDrop(TarEntry entry, String what) throws UnsupportedException {
    if (!skipUnsupported) {
      throw new UnsupportedException(
          what + "; the option skip-unsupported leaves it out", entry.location());
    }
    warnings.add(
        Kind.UNSUPPORTED_DROPPED,
        entry.name(),
        "entry '" + entry.name() + "' was dropped: it is " + what);
    return false;
  }

  private void warnOfGlobalRecords(TarEntry entry) {
    if (!entry.extras().commentOnly()) {
      warnings.add(
          Kind.GLOBAL_RECORDS,
          null,
          "global PAX records (byte "
              + entry.position()
              + " of the tar) stay in the tar; container engines ignore them, and so does the TOC");
    }
  }
}
