package dev.stargz.format.deflate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MatchFinderTest {
  private static final int ALL = 1 << 16;

  static Stream<Supplier<MatchFinder>> finders() {
    return Stream.of(() -> new HashRows(258), () -> new HashChains(40, 258, 258));
  }

  @ParameterizedTest
  @MethodSource("finders")
  void what_is_found_is_there_as_long_as_it_says_and_no_longer(Supplier<MatchFinder> finders) {
    MatchFinder finder = finders.get();
    for (Samples sample : Samples.values()) {
      byte[] input = sample.bytes(50_000, 1);
      finder.start(window(input));
      for (int at = 0; at < input.length; at++) {
        int match = finder.find(at);
        if (match != MatchFinder.NONE) {
          checkMatch(input, at, match);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("finders")
  void a_longer_match_is_longer(Supplier<MatchFinder> finders) {
    MatchFinder finder = finders.get();
    Random random = new Random(1);
    for (Samples sample : Samples.values()) {
      byte[] input = sample.bytes(50_000, 1);
      finder.start(window(input));
      for (int at = 0; at < input.length; at++) {
        int floor = 3 + random.nextInt(20);
        int match = finder.findLonger(at, floor);
        if (match != MatchFinder.NONE) {
          checkMatch(input, at, match);
          assertThat(MatchFinder.length(match)).isGreaterThan(floor);
        }
      }
    }
  }

  /** What an earlier input left, of any length, changes nothing: also when positions wrap. */
  @ParameterizedTest
  @MethodSource("finders")
  void an_input_after_others_has_the_same_matches(Supplier<MatchFinder> finders) {
    MatchFinder used = finders.get();
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      Samples sample = Samples.any(random);
      byte[] input = sample.bytes(random.nextInt(1 << random.nextInt(17)), i % 5);
      assertThat(matches(used, input)).isEqualTo(matches(finders.get(), input));
    }
  }

  @Test
  void chains_miss_no_match_of_five_bytes_and_find_the_nearest_of_the_longest() {
    for (Samples sample : Samples.values()) {
      byte[] input = sample.bytes(3000, 1);
      HashChains chains = new HashChains(ALL, 258, 258);
      chains.start(window(input));
      for (int at = 0; at < input.length; at++) {
        int expected = longest(input, at);
        int found = chains.find(at);
        if (MatchFinder.length(expected) >= 5) {
          assertThat(found).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void a_longer_match_is_missed_by_chains_only_if_it_overlaps_or_is_of_four_bytes() {
    Random random = new Random(3);
    byte[] input = Samples.TEXT.bytes(3000, 1);
    HashChains chains = new HashChains(ALL, 258, 258);
    chains.start(window(input));
    for (int at = 0; at < input.length; at++) {
      int expected = longest(input, at);
      int floor = 4 + random.nextInt(6);
      int found = chains.findLonger(at, floor);
      boolean apart = MatchFinder.distance(expected) > floor;
      if (apart && MatchFinder.length(expected) > floor) {
        assertThat(MatchFinder.length(found)).isEqualTo(MatchFinder.length(expected));
      }
    }
  }

  @Test
  void rows_find_a_match_of_four_bytes_among_the_latest() {
    byte[] input = new byte[20_000];
    System.arraycopy(Samples.NOISE.bytes(10_000, 1), 0, input, 0, 10_000);
    System.arraycopy(input, 0, input, 10_000, 10_000);
    HashRows rows = new HashRows(258);
    rows.start(window(input));
    int found = 0;
    for (int at = 0; at < input.length; at++) {
      found += MatchFinder.length(rows.find(at)) >= 4 ? 1 : 0;
    }
    assertThat(found).isBetween(9_990, 10_100);
  }

  /** An earlier run must be pushed out of its row by a later one as it is by all its positions. */
  @Test
  void a_run_leaves_in_rows_what_each_of_its_positions_would_leave() {
    Random random = new Random(5);
    for (int length = 4; length < 60; length++) {
      byte[] input = Samples.NOISE.bytes(500, length);
      Arrays.fill(input, 50, 60 + random.nextInt(10), (byte) 'x');
      Arrays.fill(input, 200, 200 + length, (byte) 'x');
      System.arraycopy(input, 55, input, 400, 30);
      HashRows one = new HashRows(258);
      HashRows all = new HashRows(258);
      one.start(window(input));
      all.start(window(input));
      one.insert(0, 201);
      one.insertRun(201, 200 + length);
      all.insert(0, 200 + length);
      for (int at = 200 + length; at < input.length; at++) {
        assertThat(one.find(at)).isEqualTo(all.find(at));
      }
    }
  }

  @Test
  void all_matches_grow_and_the_last_is_the_longest() {
    byte[] input = Samples.TEXT.bytes(3000, 1);
    HashChains chains = new HashChains(ALL, 258, 258);
    chains.start(window(input));
    int[] matches = new int[300];
    for (int at = 0; at < input.length; at++) {
      int n = chains.findAll(at, matches, 0);
      for (int i = 0; i < n; i++) {
        checkMatch(input, at, matches[i]);
        assertThat(i == 0 || matches[i] >>> 16 > matches[i - 1] >>> 16).isTrue();
      }
      int expected = longest(input, at);
      if (MatchFinder.length(expected) >= 5) {
        assertThat(matches[n - 1]).isEqualTo(expected);
      }
    }
  }

  private static List<Integer> matches(MatchFinder finder, byte[] input) {
    finder.start(window(input));
    List<Integer> matches = new ArrayList<>();
    for (int at = 0; at < input.length; at++) {
      matches.add(at % 3 == 2 ? finder.findLonger(at, 4) : finder.find(at));
    }
    return matches;
  }

  private static Window window(byte[] input) {
    Window window = new Window();
    window.load(input, 0, input.length);
    return window;
  }

  /** Checked millions of times, so without a sentence unless it fails. */
  private static void checkMatch(byte[] input, int at, int match) {
    int distance = MatchFinder.distance(match);
    int length = MatchFinder.length(match);
    boolean reachable = distance >= 1 && distance <= Math.min(at, Symbols.MAX_DISTANCE);
    int longest = reachable ? common(input, at - distance, at) : 0;
    boolean whole = length == longest || (length == Symbols.MIN_MATCH && longest > length);
    if (!reachable || length < Symbols.MIN_MATCH || !whole) {
      fail("at %s: length %s, distance %s, equal %s", at, length, distance, longest);
    }
  }

  /** The longest match, the nearest of several, by looking everywhere. */
  private static int longest(byte[] input, int at) {
    int best = MatchFinder.NONE;
    for (int from = at - 1; from >= 0; from--) {
      int length = common(input, from, at);
      if (length > MatchFinder.length(best)) {
        best = MatchFinder.match(length, at - from);
      }
    }
    return best;
  }

  private static int common(byte[] input, int from, int at) {
    int n = 0;
    while (n < Symbols.MAX_MATCH && at + n < input.length && input[from + n] == input[at + n]) {
      n++;
    }
    return n;
  }
}
