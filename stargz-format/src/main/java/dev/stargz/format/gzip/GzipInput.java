package dev.stargz.format.gzip;

import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Location;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

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
    void memberStarts(long compressed, long uncompressed) throws IOException;
  }

  private static final int BUFFER = 1 << 16;

  private final CompressedInput in;
  private final LongFunction<Location> where;
  private final MemberStart starts;
  private final Inflater inflater = new Inflater(/* nowrap= */ true);
  private final CRC32 crc = new CRC32();
  private final LongPredicate stops;
  private final boolean oneMember;
  private final boolean continued;
  private boolean inMember;
  private boolean ended;
  private long memberSize;
  private long uncompressed;
  private @Nullable CorruptException damage;

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
    this(in, position, 0, where, starts, at -> false, false, false);
  }

  private GzipInput(
      InputStream in,
      long position,
      long uncompressed,
      LongFunction<Location> where,
      MemberStart starts,
      LongPredicate stops,
      boolean oneMember,
      boolean continued) {
    this.in = new CompressedInput(in, position, BUFFER);
    this.uncompressed = uncompressed;
    this.where = where;
    this.starts = starts;
    this.stops = stops;
    this.oneMember = oneMember;
    this.continued = continued;
  }

  /** A stream that nobody wants to know the members of. */
  public GzipInput(InputStream in, LongFunction<Location> where) {
    this(in, 0, where, (compressed, uncompressed) -> {});
  }

  /** A stream of the first member alone; {@code position} is what to call its first byte. */
  public static GzipInput ofOneMember(InputStream in, long position, LongFunction<Location> where) {
    return new GzipInput(
        in, position, 0, where, (compressed, uncompressed) -> {}, at -> false, true, false);
  }

  /**
   * A stream of what follows {@code position} in a row of members, of which those before it have
   * been read.
   *
   * @param in the compressed bytes from there on
   * @param uncompressed how many bytes those before were
   * @param stops asked at each member's end, with the offset behind it, whether to end there; no
   *     byte of {@code in} behind it is read before
   */
  static GzipInput ofRest(
      InputStream in,
      long position,
      long uncompressed,
      LongFunction<Location> where,
      MemberStart starts,
      LongPredicate stops) {
    return new GzipInput(in, position, uncompressed, where, starts, stops, false, position > 0);
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
    boolean begins = in.position() == in.start();
    boolean first = begins && !continued;
    if ((oneMember && !first) || (!begins && stops.test(in.position()))) {
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
    if (damage != null) {
      throw damage;
    }
    long before = inflater.getBytesWritten();
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
      damage =
          new CorruptException(
              "damaged deflate data (" + e.getMessage() + ")", where.apply(position()), e);
      // What came before the damage is given out first, however the data was cut into pieces.
      int n = (int) (inflater.getBytesWritten() - before);
      if (n == 0) {
        throw damage;
      }
      return n;
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
