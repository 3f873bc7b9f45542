package dev.stargz.format;

import static dev.stargz.format.fixture.Blobs.convert;
import static dev.stargz.format.fixture.TarFixture.tar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stargz.format.VerifyReport.Difference;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.fixture.Blobs.Blob;
import dev.stargz.format.fixture.Forge;
import dev.stargz.format.fixture.TarFixture;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TOCs whose entries are all true, one by one, and which yet show other files than the tar. */
class VerifierTreesTest {
  private static final Pattern ENTRY = Pattern.compile("\\{\"name\":(?:[^{}]|\\{[^{}]*\\})*\\}");

  private static VerifyReport verify(byte[] blob) throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob))) {
      VerifyReport report = StargzVerifier.verify(reader);
      assertThat(StargzVerifier.verify(reader, VerifyOptions.defaults().withThreads(3)))
          .isEqualTo(report);
      return report;
    }
  }

  /** The blob under a TOC whose entries, the landmark left out, are changed. */
  private static List<String> lies(TarFixture tar, UnaryOperator<List<String>> change)
      throws IOException {
    Blob blob = convert(tar);
    List<String> all = new ArrayList<>();
    Matcher entry = ENTRY.matcher(blob.tocJson());
    while (entry.find()) {
      all.add(entry.group());
    }
    List<String> landmark = all.subList(0, 1);
    assertThat(landmark.get(0)).contains(".no.prefetch.landmark");
    List<String> changed = new ArrayList<>(landmark);
    changed.addAll(change.apply(List.copyOf(all.subList(1, all.size()))));
    byte[] before = Arrays.copyOf(blob.bytes(), Math.toIntExact(blob.facts().tocOffset()));
    String json = "{\"version\":1,\"entries\":[" + String.join(",", changed) + "]}";
    return verify(Forge.blob().raw(before).withToc(json)).differences().stream()
        .map(Difference::toString)
        .toList();
  }

  private static String symlink(String name, String target) {
    return "{\"name\":\"" + name + "\",\"type\":\"symlink\",\"linkName\":\"" + target + "\"}";
  }

  @Test
  void a_link_to_an_entry_that_is_replaced_behind_it_is_found_out() throws IOException {
    TarFixture tar = tar().file("a", "x").hardlink("b", "a");
    assertThat(lies(tar, all -> List.of(symlink("a", "/etc/shadow"), all.get(1), all.get(0))))
        .containsExactly("'b': file tree: type: expected reg, found symlink");
  }

  @Test
  void a_link_to_a_device_or_to_a_file_with_another_mode_is_found_out() throws IOException {
    TarFixture tar = tar().file("a", "").hardlink("b", "a");
    String device = "{\"name\":\"a\",\"type\":\"char\",\"devMajor\":8}";
    assertThat(lies(tar, all -> List.of(device, all.get(1), all.get(0))))
        .contains("'b': file tree: type: expected reg, found char");
    String setuid = "{\"name\":\"a\",\"type\":\"reg\",\"mode\":2541}";
    assertThat(lies(tar, all -> List.of(setuid, all.get(1), all.get(0))))
        .contains("'b': file tree: mode: expected 420, found 2541");
  }

  @Test
  void a_link_to_a_copy_of_its_target_is_found_out() throws IOException {
    TarFixture tar = tar().file("a", "").hardlink("b", "a");
    assertThat(lies(tar, all -> List.of(all.get(0), all.get(1), all.get(0))))
        .containsExactly(
            "'b': file tree: hard link: expected one file with 'a', found a file of its own");
  }

  @Test
  void content_that_is_led_elsewhere_by_a_symlink_which_is_replaced_later_is_found_out()
      throws IOException {
    TarFixture tar = tar().dir("d/").file("d/passwd", "root");
    assertThat(lies(tar, all -> List.of(symlink("d", "etc"), all.get(1), all.get(0))))
        .containsExactly(
            "'d/passwd': file tree: type: expected reg, found none",
            "'etc': file tree: type: expected none, found dir (implied)");
  }

  @Test
  void a_symlink_behind_what_lies_below_it_is_found_out() throws IOException {
    TarFixture tar = tar().symlink("lib", "usr/lib").file("lib/x", "x");
    assertThat(lies(tar, all -> List.of(all.get(1), all.get(0))))
        .containsExactly("'usr': file tree: type: expected dir (implied), found none");
  }

  @Test
  void a_toc_that_makes_no_tree_is_found_out() throws IOException {
    TarFixture tar = tar().file("f", "x").dir("d/").file("d/x", "y");
    String file = "{\"name\":\"d\",\"type\":\"fifo\"}";
    assertThat(lies(tar, all -> List.of(all.get(0), file, all.get(2), all.get(1))))
        .singleElement()
        .asString()
        .startsWith("file tree: expected one that can be made, found ")
        .contains("'d/x'");
  }

  @Test
  void another_order_of_entries_that_no_file_system_holds_is_found_out() throws IOException {
    TarFixture tar = tar().file("a", "").dir("b/").symlink("l", "l").file("l/x", "");
    assertThat(lies(tar, all -> all)).isEmpty();
    assertThat(lies(tar, all -> List.of(all.get(1), all.get(0), all.get(2), all.get(3))))
        .singleElement()
        .asString()
        .startsWith("order of entries: expected the tar's, as ");
  }

  @Test
  void another_order_that_shows_the_same_files_is_no_lie() throws IOException {
    TarFixture tar =
        tar().hardlink("early", "a").file("a", "x").dir("d/").symlink("d/s", "../a").fifo("d/p");
    assertThat(
            lies(
                tar,
                all ->
                    List.of(
                        all.get(1), all.get(0), all.get(4), all.get(2), all.get(3), all.get(2))))
        .isEmpty();
  }

  @Test
  void names_with_replacement_characters_make_the_same_tree() throws IOException {
    byte[] dir = "d?/".getBytes(StandardCharsets.ISO_8859_1);
    byte[] file = "d?/f?".getBytes(StandardCharsets.ISO_8859_1);
    dir[1] = file[1] = file[4] = (byte) 0xff;
    TarFixture tar = tar().dir(dir).file(file, new byte[] {'x'});
    assertThat(
            lies(
                tar,
                all ->
                    all.stream()
                        .map(entry -> entry.replace("\\\\xFF", "\ufffd"))
                        .map(entry -> entry.replaceAll(",\"nameBase64\":\"[^\"]*\"", ""))
                        .toList()))
        .isEmpty();
  }

  @Test
  @Timeout(20)
  void a_long_row_of_links_takes_no_longer_than_links_to_one_file() throws IOException {
    int count = 100_000;
    TocEntry file = new TocEntry.Builder(EntryName.of("f"), TocEntryType.REGULAR).build();
    List<TocEntry> expected = new ArrayList<>(List.of(file));
    List<TocEntry> row = new ArrayList<>(List.of(file));
    for (int i = 0; i < count; i++) {
      expected.add(link("l" + i, "f"));
      row.add(link("l" + i, i == count - 1 ? "f" : "l" + (i + 1)));
    }
    Differences differences = new Differences();
    new TocComparison(differences, new VerifyBudget(Long.MAX_VALUE)).compare(expected, row);
    assertThat(differences.all()).isEmpty();
  }

  private static TocEntry link(String name, String target) {
    return new TocEntry.Builder(EntryName.of(name), TocEntryType.HARDLINK)
        .linkName(EntryName.of(target), null)
        .build();
  }

  @Test
  @Timeout(20)
  void places_with_one_hash_take_no_longer_than_others() throws IOException {
    String[] entries =
        IntStream.range(1, 100_000)
            .mapToObj(
                i ->
                    "{'name':'%d','type':'reg','size':1,'innerOffset':%d}"
                        .formatted(i, ((long) i << 32) + i))
            .toArray(String[]::new);
    byte[] blob = Forge.blob().member(tar().bytes()).withToc(Forge.toc(entries));
    assertThat(verify(blob).isFaithful()).isFalse();
  }

  @Test
  void a_tar_of_more_entries_than_memory_holds_is_refused() throws IOException {
    TarFixture tar = tar();
    for (int i = 0; i < 100; i++) {
      tar.file("f" + i, "");
    }
    assertRefused(convert(tar).bytes(), 40_000);
  }

  @Test
  void a_blob_of_more_members_than_memory_holds_is_refused() throws IOException {
    Forge forge = Forge.blob();
    for (int i = 0; i < 5000; i++) {
      forge.member(new byte[0]);
    }
    assertRefused(forge.member(tar().file("f", "").bytes()).withToc("{\"version\":1}"), 100_000);
  }

  private static void assertRefused(byte[] blob, long memory) throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(blob))) {
      for (int threads : new int[] {1, 3}) {
        VerifyOptions options = VerifyOptions.defaults().withThreads(threads);
        assertThatThrownBy(() -> StargzVerifier.verify(reader, options, new VerifyBudget(memory)))
            .isInstanceOf(UnsupportedException.class)
            .hasMessageContaining("memory; give the JVM more (-Xmx)");
      }
    }
  }
}
