package dev.stargz.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.blob.EntryName;
import dev.stargz.format.gzip.Stretch;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class StretchPlanTest {
  private static final long MIB = 1 << 20;

  private static TocEntry file(long size, long offset, long innerOffset) {
    return new TocEntry.Builder(EntryName.of("f" + offset), TocEntryType.REGULAR)
        .size(size)
        .place(offset, innerOffset)
        .build();
  }

  private static TocEntry directory() {
    return new TocEntry.Builder(EntryName.of("d/"), TocEntryType.DIRECTORY).build();
  }

  private static List<Stretch> plan(List<TocEntry> entries, long tocOffset, long size) {
    List<Stretch> stretches = new ArrayList<>();
    new StretchPlan(entries, tocOffset, size).forEachRemaining(stretches::add);
    return stretches;
  }

  private static List<Long> starts(List<Stretch> plan) {
    return plan.stream().map(Stretch::start).toList();
  }

  /** That stretches follow each other without gaps, from the first byte to the last. */
  private static void assertWhole(List<Stretch> plan, long size) {
    long next = 0;
    for (Stretch stretch : plan) {
      assertThat(stretch.start()).isEqualTo(next);
      assertThat(stretch.length()).isPositive();
      next = stretch.end();
    }
    assertThat(next).isEqualTo(size);
  }

  @Test
  void small_files_share_a_stretch_and_the_toc_has_its_own() {
    List<Stretch> plan = plan(List.of(directory(), file(3, 100, 0), file(4, 200, 0)), 300, 400);

    assertWhole(plan, 400);
    assertThat(starts(plan)).containsExactly(0L, 300L);
    assertThat(plan.get(0).parts())
        .containsExactly(new Stretch.Part(100, 3), new Stretch.Part(200, 4));
    assertThat(plan.get(0).estimate()).isBetween(7L, 10_000L);
  }

  @Test
  void a_stretch_ends_where_a_file_begins_behind_a_mebibyte_of_the_blob() {
    List<TocEntry> entries =
        List.of(file(9, 10, 0), file(9, MIB / 2, 0), file(9, MIB, 0), file(9, MIB + 10, 0));

    List<Stretch> plan = plan(entries, 3 * MIB, 4 * MIB);

    assertWhole(plan, 4 * MIB);
    assertThat(starts(plan)).containsExactly(0L, MIB, 3 * MIB);
    assertThat(plan.get(1).parts()).extracting(Stretch.Part::offset).containsExactly(MIB, MIB + 10);
  }

  @Test
  void a_stretch_ends_where_much_would_be_decompressed() {
    List<TocEntry> entries = List.of(file(4 * MIB, 10, 0), file(4 * MIB, 20, 0), file(1, 30, 0));

    assertThat(starts(plan(entries, 40, 50))).containsExactly(0L, 20L, 30L, 40L);
  }

  @Test
  void further_chunks_count_as_long_as_their_files_say() {
    TocEntry first =
        new TocEntry.Builder(EntryName.of("f"), TocEntryType.REGULAR)
            .size(10)
            .place(100, 0)
            .chunk(0, 6, null)
            .build();
    TocEntry last =
        new TocEntry.Builder(EntryName.of("f"), TocEntryType.CHUNK)
            .place(200, 0)
            .chunk(6, 0, null)
            .build();

    assertThat(plan(List.of(first, last), 300, 400).get(0).parts())
        .containsExactly(new Stretch.Part(100, 6), new Stretch.Part(200, 4));
  }

  @Test
  void files_in_the_midst_of_a_member_begin_no_stretch_and_are_no_parts() {
    List<TocEntry> entries = List.of(file(4 * MIB, 0, 512), file(5, 0, 4 * MIB + 1024));

    List<Stretch> plan = plan(entries, 300, 400);

    assertThat(starts(plan)).containsExactly(0L, 300L);
    assertThat(plan.get(0).parts()).isEmpty();
  }

  @Test
  void a_toc_in_any_order_with_any_sizes_is_a_plan_without_gaps() {
    List<TocEntry> entries =
        List.of(
            file(Long.MAX_VALUE, 2 * MIB, 0),
            file(Long.MAX_VALUE, 5, 0),
            file(1, 2 * MIB, 7),
            file(Long.MAX_VALUE, 3 * MIB, 0),
            file(2, 1, 0));

    List<Stretch> plan = plan(entries, 4 * MIB, 5 * MIB);

    assertWhole(plan, 5 * MIB);
    assertThat(plan).allMatch(stretch -> stretch.estimate() >= 0);
  }

  @Test
  void a_blob_of_a_toc_alone_is_one_stretch() {
    StretchPlan plan = new StretchPlan(List.of(), 0, 100);

    assertThat(plan.next().length()).isEqualTo(100);
    assertThat(plan.hasNext()).isFalse();
    assertThatThrownBy(plan::next).isInstanceOf(NoSuchElementException.class);
  }
}
