package dev.stargz.format;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.toc.Footer;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;

/** A blob whose end is at hand: footer and TOC, and of a small one all of it. */
final class TailedSource implements RandomAccessSource {
  /** Of a remote blob: what takes hardly longer than 64 bytes, and holds most small TOCs. */
  private static final int REMOTE_TAIL = 64 << 10;

  /** The most that is fetched because somebody said that the TOC is there. */
  private static final int MOST_TAIL = 16 << 20;

  private static final int HEAP_SHARE = 16;

  private final RandomAccessSource source;
  private final Tail tail;
  private final long start;

  private TailedSource(RandomAccessSource source, Tail tail) {
    this.source = source;
    this.tail = tail;
    this.start = tail.size() - tail.bytes().length;
  }

  /**
   * Reads the end of a blob.
   *
   * @param tocOffset where the TOC is said to start; never trusted
   */
  static TailedSource of(RandomAccessSource source, OptionalLong tocOffset) throws IOException {
    int usual = source.isRemote() ? REMOTE_TAIL : Footer.TAIL;
    return new TailedSource(source, source.readTail(length(source, tocOffset, usual)));
  }

  private static int length(RandomAccessSource source, OptionalLong tocOffset, int usual) {
    OptionalLong size = source.knownSize();
    if (tocOffset.isEmpty() || size.isEmpty()) {
      return usual;
    }
    long most = Math.min(MOST_TAIL, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    long offset = tocOffset.getAsLong();
    long length = size.getAsLong() - offset;
    boolean possible = offset >= 0 && length > 0 && length <= most;
    return possible ? (int) Math.max(Footer.TAIL, length) : usual;
  }

  Tail tail() {
    return tail;
  }

  long size() {
    return tail.size();
  }

  /** This, if it holds contents of files; else the source below, so that the end isn't kept. */
  RandomAccessSource unlessUseless(long tocOffset) {
    boolean useful = start < tocOffset && tail.bytes().length <= REMOTE_TAIL;
    return useful ? this : source;
  }

  @Override
  public Tail readTail(int length) throws IOException {
    int held = tail.bytes().length;
    return length > held && held < tail.size()
        ? source.readTail(length)
        : new Tail(Arrays.copyOfRange(tail.bytes(), Math.max(0, held - length), held), tail.size());
  }

  @Override
  public List<byte[]> read(List<Range> ranges) throws IOException {
    List<Range> before = new ArrayList<>();
    for (Range range : ranges) {
      if (range.offset() > size() - range.length()) {
        throw new EOFException(range + " ends behind the source's " + size() + " bytes");
      }
      if (before(range) > 0) {
        before.add(new Range(range.offset(), before(range)));
      }
    }
    Iterator<byte[]> fetched =
        (before.isEmpty() ? List.<byte[]>of() : source.read(before)).iterator();
    List<byte[]> parts = new ArrayList<>(ranges.size());
    for (Range range : ranges) {
      byte[] first = before(range) > 0 ? fetched.next() : new byte[0];
      parts.add(first.length == range.length() ? first : joined(first, range));
    }
    return parts;
  }

  /** How much of a range lies before the end that is at hand. */
  private int before(Range range) {
    return (int) Math.max(0, Math.min(range.length(), start - range.offset()));
  }

  private byte[] joined(byte[] first, Range range) {
    byte[] part = Arrays.copyOf(first, range.length());
    int from = (int) (range.offset() + first.length - start);
    System.arraycopy(tail.bytes(), from, part, first.length, part.length - first.length);
    return part;
  }

  @Override
  public boolean isRemote() {
    return source.isRemote();
  }

  @Override
  public OptionalLong knownSize() {
    return OptionalLong.of(size());
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
