package dev.stargz.format.tar;

import dev.stargz.format.blob.EntryName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * Changes one text in a header and leaves all else as it came. A text of at most 100 bytes goes
 * into the header block, the extensions that overrode it go; a longer one goes into a PAX record,
 * its first 100 bytes into the block.
 */
public final class HeaderEdit {
  private HeaderEdit() {}

  /**
   * The header of the same entry under another name.
   *
   * @param header header blocks of one entry, extensions included, as {@link TarReader#header()}
   * @param length how many of its bytes are valid
   * @throws IOException if it is no header
   */
  public static byte[] withName(byte[] header, int length, EntryName name) throws IOException {
    return edit(header, length, RawHeader.Text.NAME, name);
  }

  /**
   * The header of the same link with another target.
   *
   * @param header header blocks of one entry, extensions included, as {@link TarReader#header()}
   * @param length how many of its bytes are valid
   * @throws IOException if it is no header
   */
  public static byte[] withLinkName(byte[] header, int length, EntryName target)
      throws IOException {
    return edit(header, length, RawHeader.Text.LINK_NAME, target);
  }

  private static byte[] edit(byte[] header, int length, RawHeader.Text text, EntryName value)
      throws IOException {
    HeaderReader reader =
        new HeaderReader(new TarInput(new ByteArrayInputStream(header, 0, length), 0));
    reader.read();
    reader.raw().replace(text, value, reader.pax());
    return Arrays.copyOf(reader.raw().bytes(), reader.raw().length());
  }
}
