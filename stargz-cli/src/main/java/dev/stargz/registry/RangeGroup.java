package dev.stargz.registry;

import dev.stargz.format.blob.RandomAccessSource.Range;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Ranges near each other, which are fetched in one go. */
final class RangeGroup {
  private static final int GAP = 64 << 10;
  private static final int MERGED = 8 << 20;

  private final List<Integer> places = new ArrayList<>();
  private final long offset;
  private long end;

  private RangeGroup(long offset) {
    this.offset = offset;
    this.end = offset;
  }

  /** All ranges but empty ones, in groups. */
  static List<RangeGroup> of(List<Range> ranges) {
    List<RangeGroup> groups = new ArrayList<>();
    List<Integer> sorted =
        IntStream.range(0, ranges.size())
            .filter(i -> ranges.get(i).length() > 0)
            .boxed()
            .sorted(Comparator.comparing(i -> ranges.get(i).offset()))
            .toList();
    for (int i : sorted) {
      RangeGroup last = groups.isEmpty() ? null : groups.get(groups.size() - 1);
      if (last == null || !last.takes(ranges.get(i))) {
        last = new RangeGroup(ranges.get(i).offset());
        groups.add(last);
      }
      last.add(i, ranges.get(i));
    }
    return groups;
  }

  private boolean takes(Range range) {
    return range.offset() - end <= GAP && range.offset() + range.length() - offset <= MERGED;
  }

  private void add(int place, Range range) {
    places.add(place);
    end = Math.max(end, range.offset() + range.length());
  }

  /** Which ranges of the list are in this group. */
  List<Integer> places() {
    return places;
  }

  long offset() {
    return offset;
  }

  int length() {
    return (int) (end - offset);
  }
}
