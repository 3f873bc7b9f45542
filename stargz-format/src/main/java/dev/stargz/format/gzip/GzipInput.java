package dev.stargz.format.gzip;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Location;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongFunction;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses a row of gzip members, to its end. Unlike {@link java.util.zip.GZIPInputStream} it
 * never takes a slow stream for the end of one, and it says where each member begins. Zeros behind
 * a member are skipped; anything else that is no member is an error.
 *
 * <p>Closing it frees the decoder and leaves the stream below open. For one thread.
 */
public final class GzipInput extends ArrayInput {
  /** Learns where members begin. */
  @FunctionalInterface
  public interface MemberStart {
    /**
     * A member's header was read.
     *
     * @param compressed offset of its first byte among the compressed ones
     * @param uncompressed offset of its content among the uncompressed bytes
     */
    void memberStarts(long compressed, long uncompressed);
  }

  private static final int BUFFER = 1 << 16;

  private final CompressedInput in;
  private final LongFunction<Location> where;
  private final MemberStart starts;
  private final Inflater inflater = new Inflater(/* nowrap= */ true);
  private final CRC32 crc = new CRC32();
  private final boolean oneMember;
  private boolean inMember;
  private boolean ended;
  private long memberSize;
  private long uncompressed;

  /**
   * Creates a stream of what {@code in} holds compressed.
   *
   * @param in the members
   * @param position what to call the first byte of {@code in}
   * @param where turns such a position into a location, for messages
   * @param starts learns where members begin
   */
  public GzipInput(
      InputStream in, long position, LongFunction<Location> where, MemberStart starts) {
    this(in, position, where, starts, false);
  }

  private GzipInput(
      InputStream in,
      long position,
      LongFunction<Location> where,
      MemberStart starts,
      boolean oneMember) {
    this.oneMember = oneMember;
    this.in = new CompressedInput(in, position, BUFFER);
    this.where = where;
    this.starts = starts;
  }

  /** A stream that nobody wants to know the members of. */
  public GzipInput(InputStream in, LongFunction<Location> where) {
    this(in, 0, where, (compressed, uncompressed) -> {});
  }

  /** A stream of the first member alone; {@code position} is what to call its first byte. */
  public static GzipInput ofOneMember(InputStream in, long position, LongFunction<Location> where) {
    return new GzipInput(in, position, where, (compressed, uncompressed) -> {}, true);
  }

  /** Reads up to {@code length} bytes, of one member. */
  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      if (!inMember && !startMember()) {
        ended = true;
        return -1;
      }
      int n = inflate(buffer, offset, length);
      if (n > 0) {
        crc.update(buffer, offset, n);
        memberSize += n;
        uncompressed += n;
        return n;
      }
      endMember();
    }
    return -1;
  }

  /** Reads a member's header; false at the end of the stream. */
  private boolean startMember() throws IOException {
    boolean first = in.position() == in.start();
    if (oneMember && !first) {
      return false;
    }
    long zeros = first ? 0 : in.skipZeros();
    long at = in.position();
    if (in.atEnd()) {
      return false;
    }
    if (!GzipHeader.skip(in, where)) {
      String what = first ? "expected a gzip member" : "expected a further gzip member or the end";
      throw new CorruptException(
          what + (zeros > 0 ? " behind " + zeros + " zeros" : ""), where.apply(at));
    }
    inMember = true;
    memberSize = 0;
    crc.reset();
    inflater.reset();
    starts.memberStarts(at, uncompressed);
    return true;
  }

  /** Decompresses at least one byte; 0 at the end of the member. */
  private int inflate(byte[] buffer, int offset, int length) throws IOException {
    try {
      while (true) {
        int n = inflater.inflate(buffer, offset, length);
        if (n > 0 || inflater.finished()) {
          return n;
        }
        if (inflater.needsDictionary()) {
          throw new DataFormatException("it wants a dictionary");
        }
        if (in.atEnd()) {
          throw cut();
        }
        in.feed(inflater);
      }
    } catch (DataFormatException e) {
      throw new CorruptException(
          "damaged deflate data (" + e.getMessage() + ")", where.apply(position()), e);
    }
  }

  private void endMember() throws IOException {
    in.unread(inflater.getRemaining());
    inMember = false;
    long at = in.position();
    long expectedCrc = in.readIntLe(where);
    long expectedSize = in.readIntLe(where);
    if (crc.getValue() != expectedCrc) {
      throw new CorruptException(
          String.format(
              "CRC-32 of a gzip member: expected %08x, found %08x", expectedCrc, crc.getValue()),
          where.apply(at));
    }
    if ((memberSize & 0xffffffffL) != expectedSize) {
      throw new CorruptException(
          "size of a gzip member: expected " + expectedSize + ", found " + memberSize,
          where.apply(at + 4));
    }
  }

  private CorruptException cut() {
    return new CorruptException("the data ends inside a gzip member", where.apply(position()));
  }

  private long position() {
    return in.position() - inflater.getRemaining();
  }

  @Override
  public void close() {
    ended = true;
    inflater.end();
  }
}
