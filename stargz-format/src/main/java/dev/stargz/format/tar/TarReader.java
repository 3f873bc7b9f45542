package dev.stargz.format.tar;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.tar.SparseMap.PaxForm;
import dev.stargz.format.tar.TarEntry.Extras;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an uncompressed tar entry by entry: {@link #next()}, then {@link #header()}, {@link #read}
 * until its end, and {@link #padding()}. What the caller leaves unread, {@code next} skips.
 *
 * <p>The raw bytes handed out, concatenated, are the archive's own up to its end-of-archive blocks,
 * with one exception: sparse files come as regular files, their holes as zeros, under a header that
 * says so. FORMAT.md, "Sparse files".
 *
 * <p>The stream is read by the calling thread alone and not closed. Memory: twice the largest
 * header.
 */
public final class TarReader {
  /**
   * The largest PAX header or GNU long name that is read, in bytes: 16 MiB, or a 32nd of the heap
   * if that is less, because its records take several times their size.
   */
  public static final int MAX_EXTENSION =
      (int) Math.min(16 << 20, Runtime.getRuntime().maxMemory() / 32);

  /** The longest name or link target in bytes: {@code PATH_MAX}, which no unpacker gets beyond. */
  static final int MAX_NAME = 4096;

  private static final byte[] NO_PADDING = {};

  private final TarInput input;
  private final HeaderReader headers;
  private final long maxExpandedSize;
  private long expandedSize;
  private @Nullable Payload payload;

  /**
   * Creates a reader of the tar that {@code in} holds from here on.
   *
   * @param in the uncompressed tar
   * @param position what to call the first byte of {@code in} in messages
   * @param maxExpandedSize how many bytes the sparse files may have in all
   */
  public TarReader(InputStream in, long position, long maxExpandedSize) {
    this.input = new TarInput(in, position);
    this.headers = new HeaderReader(input);
    this.maxExpandedSize = maxExpandedSize;
  }

  /**
   * Goes to the next entry.
   *
   * @return the entry, or null at the end of the archive; the stream is then read to its end
   * @throws CorruptException if what follows is no entry, or only a part of one
   * @throws UnsupportedException if an extension is larger than {@link #MAX_EXTENSION}, or sparse
   *     files get larger than {@code maxExpandedSize}
   */
  public @Nullable TarEntry next() throws IOException {
    padding();
    long start = input.position();
    if (!headers.read()) {
      return null;
    }
    Location location = Location.inTar(null, start);
    try {
      EntryName name = headers.fields().name();
      location = Location.inTar(sparseName().orElse(name), start);
      return open(start, name);
    } catch (IllegalArgumentException e) {
      throw new CorruptException(String.valueOf(e.getMessage()), location, e);
    } catch (UnsupportedOperationException e) {
      throw new UnsupportedException(String.valueOf(e.getMessage()), location, e);
    }
  }

  /** The entry's header blocks, extensions included; valid until the next entry is read. */
  public byte[] header() {
    return headers.raw().bytes();
  }

  /** The number of bytes that are valid in {@link #header()}. */
  public int headerLength() {
    return headers.raw().length();
  }

  /**
   * Reads payload.
   *
   * @return the number of bytes read, at least one; -1 at the end of the payload
   */
  public int read(byte[] buffer, int offset, int length) throws IOException {
    return payload == null ? -1 : payload.read(buffer, offset, length);
  }

  /**
   * Skips what is left of the payload and reads the bytes that fill its last block: zeros in a tidy
   * archive. Those of an expanded sparse file are zeros.
   */
  public byte[] padding() throws IOException {
    if (payload == null) {
      return NO_PADDING;
    }
    byte[] padding = payload.finish();
    payload = null;
    return padding;
  }

  /** Bytes of the uncompressed tar read so far, {@code position} included. */
  public long position() {
    return input.position();
  }

  /** At the end of the archive: whether other bytes than zeros follow its end-of-archive blocks. */
  public boolean hasDataBehindEnd() {
    return headers.dataBehindEnd();
  }

  /**
   * At the end of the archive: how many bytes lie behind the last entry and its padding, up to the
   * stream's end. A tidy archive has two blocks of zeros there, or a record's worth of them.
   */
  public long tail() {
    return input.position() - headers.end();
  }

  private TarEntry open(long start, EntryName name) throws IOException {
    HeaderFields fields = headers.fields();
    EntryKind kind = fields.kind(name);
    if (kind == EntryKind.GLOBAL_RECORDS) {
      boolean commentOnly = headers.pax().holdsOnly("comment");
      return fields.entry(start, kind, name, 0, new Extras(false, false, commentOnly));
    }
    PaxForm form = kind == EntryKind.REGULAR ? SparseMap.paxForm(headers.pax()) : PaxForm.NONE;
    boolean oldGnu = headers.block()[TarBlock.TYPEFLAG] == 'S';
    if (oldGnu || form != PaxForm.NONE) {
      return openSparse(start, name, oldGnu ? PaxForm.NONE : form);
    }
    long size = kind.hasPayload() ? fields.size() : 0;
    if (size > 0) {
      payload = Payload.plain(input, name, size);
    }
    return fields.entry(start, kind, name, size, fields.extras(false));
  }

  /** The name that a sparse file has in its PAX records, its header having another. */
  private Optional<EntryName> sparseName() {
    String key = "GNU.sparse.name";
    return headers.pax().find(key).map(value -> HeaderFields.checkedName(key, value));
  }

  /** Reads the map, and turns the header into that of a regular file. */
  private TarEntry openSparse(long start, EntryName storedName, PaxForm form) throws IOException {
    HeaderFields fields = headers.fields();
    PaxRecords pax = headers.pax();
    Optional<EntryName> hidden = form == PaxForm.NONE ? Optional.empty() : sparseName();
    EntryName name = hidden.orElse(storedName);
    SparseReader reader = new SparseReader(input, name);
    long storedSize = fields.size();
    long before = input.position();
    SparseMap map =
        switch (form) {
          case NONE -> reader.readOldGnu(headers.block());
          case IN_RECORDS -> SparseMap.ofRecords(pax);
          case IN_PAYLOAD -> reader.readInPayload(SparseMap.realSize(pax));
        };
    if (form == PaxForm.IN_PAYLOAD) {
      storedSize -= input.position() - before;
    }
    countExpanded(map.checked(storedSize).realSize());
    headers.raw().expand(map.realSize(), pax, hidden);
    payload = map.realSize() == 0 ? null : Payload.sparse(input, name, storedSize, map);
    return fields.entry(start, EntryKind.REGULAR, name, map.realSize(), fields.extras(true));
  }

  private void countExpanded(long realSize) {
    if (realSize < 0) {
      throw new IllegalArgumentException("sparse file: expected a size, found " + realSize);
    }
    if (realSize > maxExpandedSize - expandedSize) {
      throw new UnsupportedOperationException(
          "sparse files expand to more than "
              + maxExpandedSize
              + " bytes, this one to "
              + realSize
              + "; raise maxExpandedSize if that is meant");
    }
    expandedSize += realSize;
  }
}
