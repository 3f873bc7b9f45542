package dev.stargz.registry;

import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.image.ImageException;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Parts of a blob, each asked for when it is needed; neighbours in one request. */
final class BlobRanges implements RandomAccessSource {
  private static final int GAP = 64 << 10;
  private static final int MERGED = 8 << 20;
  // A server that knows no ranges sends all: up to here it is cheaper to read over it than to fail.
  private static final long SKIPPED = 32 << 20;

  private final BlobRequests requests;
  private final long size;

  BlobRanges(BlobRequests requests) {
    this.requests = requests;
    this.size = requests.blob().size();
  }

  @Override
  public Tail readTail(int length) throws IOException {
    int count = (int) Math.min(length, size);
    return new Tail(count == 0 ? new byte[0] : fetch(size - count, count), size);
  }

  @Override
  public List<byte[]> read(List<Range> ranges) throws IOException {
    for (Range range : ranges) {
      if (range.length() > size - range.offset()) {
        throw new EOFException(
            requests.where() + "no bytes at " + range.offset() + "+" + range.length());
      }
    }
    List<byte[]> parts = new ArrayList<>(java.util.Collections.nCopies(ranges.size(), new byte[0]));
    for (List<Integer> group : groups(ranges)) {
      Range first = ranges.get(group.get(0));
      byte[] merged = fetch(first.offset(), (int) (end(ranges, group) - first.offset()));
      for (int i : group) {
        int from = (int) (ranges.get(i).offset() - first.offset());
        parts.set(i, Arrays.copyOfRange(merged, from, from + ranges.get(i).length()));
      }
    }
    return parts;
  }

  /** The ranges that are fetched in one go, by their places in the list. */
  private static List<List<Integer>> groups(List<Range> ranges) {
    List<List<Integer>> groups = new ArrayList<>();
    List<Integer> sorted =
        IntStream.range(0, ranges.size())
            .filter(i -> ranges.get(i).length() > 0)
            .boxed()
            .sorted(Comparator.comparing(i -> ranges.get(i).offset()))
            .toList();
    for (int i : sorted) {
      Range next = ranges.get(i);
      List<Integer> last = groups.isEmpty() ? List.of() : groups.get(groups.size() - 1);
      boolean joins =
          !last.isEmpty()
              && next.offset() - end(ranges, last) <= GAP
              && next.offset() + next.length() - ranges.get(last.get(0)).offset() <= MERGED;
      if (joins) {
        last.add(i);
      } else {
        groups.add(new ArrayList<>(List.of(i)));
      }
    }
    return groups;
  }

  private static long end(List<Range> ranges, List<Integer> group) {
    return group.stream()
        .mapToLong(i -> ranges.get(i).offset() + ranges.get(i).length())
        .max()
        .orElse(0);
  }

  private byte[] fetch(long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    int got = 0;
    int failed = 0;
    while (got < length) {
      try (Response answer = requests.range(offset + got, length - got)) {
        got += part(answer, offset + got, bytes, got);
      } catch (ImageException e) {
        throw e;
      } catch (IOException e) {
        if (!requests.retries(++failed, e)) {
          throw requests.broken(e);
        }
      }
    }
    return bytes;
  }

  /** Reads what came of a part, which may end before what was asked for: RFC 9110, 15.3.7. */
  private int part(Response answer, long offset, byte[] bytes, int from) throws IOException {
    int length = bytes.length - from;
    if (answer.status() == 206) {
      length = (int) (requests.checkRange(answer, offset, length) - offset + 1);
    } else if (answer.status() == 200 && offset + length <= SKIPPED) {
      BlobRequests.skip(answer.body(), offset);
    } else if (answer.status() == 200) {
      throw new ImageException(requests.where() + "the registry doesn't send parts of a blob");
    } else {
      throw requests.refused(answer);
    }
    int count = answer.body().readNBytes(bytes, from, length);
    if (count < length) {
      throw new EOFException("cut after " + count + " of " + length + " bytes");
    }
    return count;
  }

  @Override
  public void close() {}
}
