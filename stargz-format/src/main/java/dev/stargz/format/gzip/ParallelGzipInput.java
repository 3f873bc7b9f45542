package dev.stargz.format.gzip;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.Location;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses a row of gzip members on several threads: the same bytes, member by member, and the
 * same exceptions as {@link GzipInput}. A plan says where to cut the row into stretches. Where the
 * plan is wrong, the data damaged or a stretch too large to be held, this thread decompresses alone
 * until it comes, at the end of a member, to the start of another stretch.
 *
 * <p>All methods are called by one thread, which alone reads the stream below. Memory: stretches in
 * flight, compressed and not, hold at most {@code heapBound} bytes, one handed out as much again.
 */
public final class ParallelGzipInput extends ArrayInput {
  /** Learns digests of the first bytes of members. */
  @FunctionalInterface
  public interface PartHashed {
    /**
     * A part was hashed; its first byte is the next one to be read.
     *
     * @param start offset of the part among the uncompressed bytes
     * @param size of the part in bytes
     */
    void partHashed(long start, long size, Digest digest);
  }

  /** Bytes of headers, beyond what a plan knows, that a stretch may have. */
  private static final long SLACK = 1 << 18;

  private static final long MOST = 1 << 28;

  @SuppressWarnings("ArrayRecordComponent") // a hand-over, never compared
  private record InFlight(
      Stretch stretch, byte[] bytes, SharedTask<Optional<DecodedStretch>> task) {}

  private final InputStream in;
  private final Iterator<Stretch> plan;
  private final Executor executor;
  private final int maxInFlight;
  private final long heapBound;
  private final LongFunction<Location> where;
  private final GzipInput.MemberStart starts;
  private final PartHashed hashes;
  private final Deque<InFlight> ahead = new ArrayDeque<>();
  private final Pieces pieces = new Pieces();
  private @Nullable Stretch next;
  private long held;
  private long uncompressed;
  private @Nullable GzipInput alone;

  // the stretch that is handed out
  private @Nullable DecodedStretch current;
  private int at;
  private int member;

  /**
   * Creates a stream of what {@code in} holds compressed.
   *
   * @param in the members; stays open
   * @param plan stretches without gaps, from the first byte of {@code in} to the last
   * @param executor decompresses
   * @param parallelism how many threads of {@code executor} to keep busy
   * @param heapBound in bytes
   * @param where turns an offset in {@code in} into a location, for messages
   * @param starts learns where members begin
   * @param hashes learns digests of those parts of the plan that were found
   */
  public ParallelGzipInput(
      InputStream in,
      Iterator<Stretch> plan,
      Executor executor,
      int parallelism,
      long heapBound,
      LongFunction<Location> where,
      GzipInput.MemberStart starts,
      PartHashed hashes) {
    this.in = in;
    this.plan = plan;
    this.executor = executor;
    this.maxInFlight = 2 * parallelism + 1;
    this.heapBound = heapBound;
    this.where = where;
    this.starts = starts;
    this.hashes = hashes;
    this.next = plan.hasNext() ? plan.next() : null;
  }

  /** Reads up to {@code length} bytes, of one member. */
  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = 0;
    while (n == 0 && length > 0) {
      if (alone != null) {
        n = Math.max(0, alone.read(buffer, offset, length));
        endAloneIf(n == 0);
      } else if (current != null) {
        n = give(current, buffer, offset, length);
        current = n == 0 ? null : current;
      } else if (!advance()) {
        return -1;
      }
    }
    uncompressed += n;
    return n;
  }

  /** Hands out bytes of one member; 0 at the stretch's end. */
  private int give(DecodedStretch stretch, byte[] buffer, int offset, int length)
      throws IOException {
    while (member < stretch.members().size() && stretch.members().get(member).start() == at) {
      announce(stretch.members().get(member++));
    }
    boolean last = member == stretch.members().size();
    int end = last ? stretch.size() : stretch.members().get(member).start();
    int n = Math.min(length, end - at);
    System.arraycopy(stretch.bytes(), at, buffer, offset, n);
    at += n;
    return n;
  }

  private void announce(DecodedStretch.Member begun) throws IOException {
    starts.memberStarts(begun.offset(), uncompressed);
    if (begun.digest() != null) {
      hashes.partHashed(uncompressed, begun.hashed(), begun.digest());
    }
  }

  /** Goes to what follows in the plan; false at its end. */
  private boolean advance() throws IOException {
    fill();
    InFlight oldest = ahead.peek();
    if (oldest != null) {
      Optional<DecodedStretch> decoded = oldest.task().await();
      if (decoded.isPresent()) {
        remove();
        current = decoded.get();
        at = 0;
        member = 0;
        fill(); // so that the others work while this one is handed out
        return true;
      }
    }
    Stretch unplanned = oldest == null ? next : oldest.stretch();
    if (unplanned == null) {
      return false;
    }
    alone =
        GzipInput.ofRest(pieces, unplanned.start(), uncompressed, where, starts, pieces::endsAt);
    return true;
  }

  private void endAloneIf(boolean ended) {
    if (ended && alone != null) {
      alone.close();
      alone = null;
    }
  }

  /** Puts as much in flight as may be. */
  private void fill() throws IOException {
    while (next != null && mayFly(next)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while reading a blob");
      }
      ahead.add(send(next));
      held += cost(next);
      next = plan.hasNext() ? plan.next() : null;
    }
  }

  private InFlight send(Stretch stretch) throws IOException {
    byte[] bytes = in.readNBytes((int) stretch.length());
    int limit = (int) (stretch.estimate() + SLACK);
    return new InFlight(
        stretch,
        bytes,
        SharedTask.start(executor, () -> DecodedStretch.decode(stretch, bytes, limit)));
  }

  private boolean mayFly(Stretch stretch) {
    long cost = cost(stretch);
    return cost <= MOST && ahead.size() < maxInFlight && held + cost <= heapBound;
  }

  private static long cost(Stretch stretch) {
    return stretch.length() + stretch.estimate() + SLACK;
  }

  private @Nullable InFlight remove() {
    InFlight oldest = ahead.poll();
    held -= oldest == null ? 0 : cost(oldest.stretch());
    return oldest;
  }

  /** Gives up what is in flight. */
  @Override
  public void close() {
    endAloneIf(true);
    ahead.forEach(each -> each.task().cancel());
    ahead.clear();
    current = null;
    next = null;
  }

  /**
   * The compressed bytes from the first stretch that isn't handed out. A read ends where a stretch
   * ends, so that a decoder which stops there has taken no byte of the next one.
   */
  private final class Pieces extends ArrayInput {
    private InputStream piece = InputStream.nullInputStream();
    private long left;
    private long end = -1;

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0 && !open()) {
        return -1;
      }
      int n = piece.read(buffer, offset, (int) Math.min(length, left));
      left = n < 0 ? 0 : left - n;
      return n;
    }

    private boolean open() {
      InFlight oldest = remove();
      Stretch stretch = next;
      if (oldest != null) {
        oldest.task().cancel();
        stretch = oldest.stretch();
        piece = new ByteArrayInputStream(oldest.bytes());
      } else {
        piece = in;
        next = plan.hasNext() ? plan.next() : null;
      }
      if (stretch == null) {
        return false;
      }
      left = stretch.length();
      end = stretch.end();
      return true;
    }

    boolean endsAt(long position) {
      return position == end;
    }
  }
}
