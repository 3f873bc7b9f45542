package dev.stargz.format.chunk;

import dev.stargz.format.blob.RandomAccessSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches more of remote blobs than was asked for, where reads have come one behind the other: the
 * chunks of a large file, or many small files in the blob's order. The first reads of such a row
 * fetch nothing more, later ones twice as much each time, up to 8 MiB.
 *
 * <p>Memory: the bytes that the constructor is given, for all blobs together, and beyond them what
 * is being fetched. Safe for many threads.
 */
public final class ReadAhead {
  /** What lies between two reads of a row: headers, a file that wasn't wanted. */
  private static final int GAP = 64 << 10;

  /** So many reads must have come one behind the other. */
  private static final int PROOFS = 3;

  private static final int FIRST = 256 << 10;
  private static final int MOST = 8 << 20;

  /** So many rows are told apart in each blob: its readers take turns. */
  private static final int ROWS = 8;

  private final long maxBytes;
  private final int most;

  /** What was fetched; used last, stands last. */
  private final Deque<Window> windows = new ArrayDeque<>();

  private long bytes;

  /** Creates one that keeps at most {@code maxBytes} bytes of what was fetched. */
  public ReadAhead(long maxBytes) {
    this.maxBytes = maxBytes;
    this.most = (int) Math.min(MOST, maxBytes / 2);
  }

  /**
   * A source that reads ahead.
   *
   * @param source what it fetches from; closed with it
   * @param end before which it stays, unless it is asked for what lies behind
   */
  public RandomAccessSource of(RandomAccessSource source, long end) {
    return new Ahead(source, end);
  }

  /** A part of a blob that was fetched or is being fetched. */
  private static final class Window {
    private final Ahead blob;
    private final long start;
    private final long end;
    private final CompletableFuture<byte[]> content = new CompletableFuture<>();

    Window(Ahead blob, long start, long end) {
      this.blob = blob;
      this.start = start;
      this.end = end;
    }

    long size() {
      return end - start;
    }
  }

  private synchronized @Nullable Window find(Ahead blob, long position) {
    for (Window window : windows) {
      if (window.blob == blob && position >= window.start && position < window.end) {
        windows.remove(window);
        windows.addLast(window);
        return window;
      }
    }
    return null;
  }

  private synchronized void add(Window window) {
    windows.addLast(window);
    bytes += window.size();
    Iterator<Window> eldest = windows.iterator();
    while (bytes > maxBytes && windows.size() > 1) {
      bytes -= eldest.next().size();
      eldest.remove();
    }
  }

  private synchronized void remove(Window window) {
    if (windows.remove(window)) {
      bytes -= window.size();
    }
  }

  /** Reads that came one behind the other. */
  private static final class Row {
    private long next;
    private int reads;
    private int ahead = FIRST / 2;
  }

  private final class Ahead implements RandomAccessSource {
    private final RandomAccessSource source;
    private final long limit;
    private final Deque<Row> rows = new ArrayDeque<>();

    Ahead(RandomAccessSource source, long limit) {
      this.source = source;
      this.limit = limit;
    }

    @Override
    public Tail readTail(int length) throws IOException {
      return source.readTail(length);
    }

    @Override
    public List<byte[]> read(List<Range> ranges) throws IOException {
      if (ranges.isEmpty()) {
        return List.of();
      }
      long end = ranges.get(0).offset();
      for (Range range : ranges) {
        if (range.offset() < end || range.offset() > end + GAP) {
          return source.read(ranges); // not one part
        }
        end = range.offset() + range.length();
      }
      long start = ranges.get(0).offset();
      if (ranges.size() > 1 && end - start > most) {
        return source.read(ranges);
      }
      byte[] all = read(start, end);
      return ranges.size() == 1
          ? List.of(all)
          : ranges.stream().map(range -> part(all, start, range)).toList();
    }

    private static byte[] part(byte[] all, long start, Range range) {
      int from = (int) (range.offset() - start);
      return Arrays.copyOfRange(all, from, from + range.length());
    }

    private byte[] read(long start, long end) throws IOException {
      byte[] read = new byte[0];
      long at = start;
      while (at < end) {
        Window window = find(this, at);
        byte[] content = window == null ? null : content(window);
        if (window == null || content == null) {
          byte[] fetched = fetch(at, (int) (end - at));
          if (at == start && fetched.length == end - start) {
            return fetched;
          }
          return joined(read, fetched, 0, (int) (end - start));
        }
        int from = (int) (at - window.start);
        int until = (int) (Math.min(end, window.end) - window.start);
        at += until - from;
        read = joined(read, content, from, (int) (at - start));
      }
      return read;
    }

    /** What was read so far, and of {@code more} from a place on what makes it up to a length. */
    private static byte[] joined(byte[] read, byte[] more, int from, int length) {
      byte[] both = Arrays.copyOf(read, length);
      System.arraycopy(more, from, both, read.length, length - read.length);
      return both;
    }

    /** What another thread fetches or has fetched; null if it couldn't. */
    private static byte @Nullable [] content(Window window) throws InterruptedIOException {
      try {
        return window.content.get();
      } catch (ExecutionException e) {
        return null;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted =
            new InterruptedIOException("interrupted while another thread read the blob");
        interrupted.initCause(e);
        throw interrupted;
      }
    }

    /** Fetches at least {@code length} bytes. */
    private byte[] fetch(long start, int length) throws IOException {
      int more = inRow(start, length);
      if (more <= length) {
        return source.read(start, length);
      }
      Window window = new Window(this, start, start + more);
      add(window);
      try {
        byte[] fetched = source.read(start, more);
        window.content.complete(fetched);
        return fetched;
      } finally {
        if (!window.content.isDone()) {
          remove(window);
          window.content.completeExceptionally(new IOException("not fetched"));
        }
      }
    }

    /** How much to fetch for a read; takes down where the next one of its row would be. */
    private synchronized int inRow(long start, int length) {
      Row row = rowBefore(start);
      row.reads++;
      int more = length;
      if (row.reads > PROOFS) {
        row.ahead = (int) Math.min(most, 2L * Math.max(row.ahead, length));
        more = (int) Math.max(length, Math.min(row.ahead, limit - start));
      }
      row.next = start + more;
      rows.addLast(row);
      return more;
    }

    private Row rowBefore(long start) {
      for (Row row : rows) {
        if (start >= row.next && start - row.next <= GAP) {
          rows.remove(row);
          return row;
        }
      }
      if (rows.size() == ROWS) {
        rows.removeFirst();
      }
      return new Row();
    }

    @Override
    public boolean isRemote() {
      return true;
    }

    @Override
    public OptionalLong knownSize() {
      return source.knownSize();
    }

    @Override
    public void close() throws IOException {
      source.close();
    }
  }
}
