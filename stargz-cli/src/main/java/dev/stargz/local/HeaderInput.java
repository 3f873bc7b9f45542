package dev.stargz.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The headers of a tar in a file. Payload is stepped over, and a header that claims to be long is
 * no way to fill the memory.
 */
final class HeaderInput extends InputStream {
  /** Far more than a name can have; the library reads headers of headers recursively. */
  private static final int MAX_HEADER = 1 << 16;

  private static final int BLOCK = 512;

  private final RandomAccessFile file;
  private final long size;
  private long position;
  private long payload;
  private int allowed;

  /** Reads a file from its start; it is closed with this. */
  HeaderInput(RandomAccessFile file) throws IOException {
    this.file = file;
    this.size = file.length();
  }

  /**
   * Steps over the payload of the last header and reads the next one, extended headers included.
   *
   * @return nothing at the tar's end
   */
  @SuppressWarnings("resource") // closed by whoever made this
  Optional<TarArchiveEntry> next() throws IOException {
    position += payload + (BLOCK - payload % BLOCK) % BLOCK;
    payload = 0;
    allowed = MAX_HEADER;
    // A fresh one each time: it would read what it is to step over.
    TarArchiveInputStream tar = new TarArchiveInputStream(this, StandardCharsets.UTF_8.name());
    TarArchiveEntry header = tar.getNextEntry();
    if (header == null) {
      return Optional.empty();
    }
    if (header.getSize() < 0) {
      throw new IOException("a member of " + header.getSize() + " bytes");
    }
    if (header.isDirectory() && header.getSize() > 0) {
      // A file's name that ends with a slash, too; some step over those bytes, some read headers.
      throw new IOException("a directory of " + header.getSize() + " bytes");
    }
    payload = hasPayload(header) ? header.getSize() : 0;
    return Optional.of(header);
  }

  private static boolean hasPayload(TarArchiveEntry header) {
    return !(header.isDirectory()
        || header.isSymbolicLink()
        || header.isLink()
        || header.isFIFO()
        || header.isCharacterDevice()
        || header.isBlockDevice());
  }

  /** Where the payload of the last header begins. */
  long position() {
    return position;
  }

  /** The number of bytes of that payload, as the header has it. */
  long payload() {
    return payload;
  }

  /** The number of bytes from there to the end of the file. */
  long left() {
    return size - position;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (allowed == 0 && length > 0) {
      throw new IOException("a header of more than " + MAX_HEADER + " bytes");
    }
    file.seek(position);
    int n = file.read(buffer, offset, Math.min(length, allowed));
    position += Math.max(0, n);
    allowed -= Math.max(0, n);
    return n;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
