package dev.stargz.format.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.stargz.format.tar.PaxRecords.PaxRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the stored bytes of a sparse file belong; all else in it is zeros.
 *
 * @param fragments in ascending order, not overlapping
 * @param realSize the file's size with its holes, in bytes
 */
record SparseMap(List<Fragment> fragments, long realSize) {
  /** A run of stored bytes and its place in the file. */
  record Fragment(long offset, long length) {
    long end() {
      return offset + length;
    }
  }

  /** How the records of a PAX header say that a file is sparse. */
  enum PaxForm {
    /** Not at all. */
    NONE,
    /** Versions 0.0 and 0.1: the map is in the records. */
    IN_RECORDS,
    /** Version 1.0: the map stands before the payload. */
    IN_PAYLOAD
  }

  /**
   * Checks the order of the fragments and the sum of their lengths.
   *
   * @param storedSize bytes of payload in the archive, a map among them not counted
   * @throws IllegalArgumentException if they contradict each other
   */
  SparseMap checked(long storedSize) {
    long end = 0;
    long stored = 0;
    for (Fragment fragment : fragments) {
      boolean fits =
          fragment.offset() >= end
              && fragment.length() >= 0
              && fragment.length() <= realSize
              && fragment.offset() <= realSize - fragment.length();
      if (!fits) {
        throw new IllegalArgumentException(
            "sparse map: " + fragment + " overlaps or ends behind the file's " + realSize);
      }
      end = fragment.end();
      stored += fragment.length();
    }
    if (stored != storedSize) {
      throw new IllegalArgumentException(
          "sparse map: expected " + stored + " stored bytes, found " + storedSize);
    }
    return this;
  }

  /**
   * Which form the records announce.
   *
   * @throws UnsupportedOperationException if it is a version nobody knows
   */
  static PaxForm paxForm(PaxRecords pax) {
    String major = text(pax, "GNU.sparse.major").orElse("");
    String minor = text(pax, "GNU.sparse.minor").orElse("");
    boolean inRecords =
        pax.find("GNU.sparse.map").isPresent() || pax.find("GNU.sparse.size").isPresent();
    return switch (major + "." + minor) {
      case "1.0" -> PaxForm.IN_PAYLOAD;
      case "0.0", "0.1" -> PaxForm.IN_RECORDS;
      case "." -> inRecords ? PaxForm.IN_RECORDS : PaxForm.NONE;
      default ->
          throw new UnsupportedOperationException(
              "sparse file of GNU version " + major + "." + minor);
    };
  }

  /** The map of versions 0.0 and 0.1. */
  static SparseMap ofRecords(PaxRecords pax) {
    List<Long> numbers = new ArrayList<>();
    for (PaxRecord record : pax.all()) {
      switch (record.key()) {
        case "GNU.sparse.offset" -> addNumber(record, numbers, 0);
        case "GNU.sparse.numbytes" -> addNumber(record, numbers, 1);
        case "GNU.sparse.map" -> {
          numbers.clear();
          addMap(new String(record.value(), ISO_8859_1), numbers);
        }
        default -> {}
      }
    }
    return ofNumbers(numbers, realSize(pax));
  }

  /** Adds the number of version 0.0's next record: an offset and a length take turns. */
  private static void addNumber(PaxRecord pax, List<Long> numbers, int turn) {
    if (numbers.size() % 2 != turn) {
      throw new IllegalArgumentException("sparse map: offsets and lengths don't alternate");
    }
    SparseReader.checkCount(numbers.size() / 2);
    numbers.add(number(pax.value()));
  }

  private static void addMap(String map, List<Long> numbers) {
    if (map.isEmpty()) {
      return; // all of the file is a hole
    }
    SparseReader.checkCount(map.chars().filter(c -> c == ',').count() / 2);
    for (String part : map.split(",", -1)) {
      numbers.add(decimal(part));
    }
  }

  /** The real size in the records, under either of its names. */
  static long realSize(PaxRecords pax) {
    return pax.find("GNU.sparse.realsize")
        .or(() -> pax.find("GNU.sparse.size"))
        .map(SparseMap::number)
        .orElseThrow(() -> new IllegalArgumentException("sparse file without its real size"));
  }

  /** A map of alternating offsets and lengths. */
  static SparseMap ofNumbers(List<Long> numbers, long realSize) {
    if (numbers.size() % 2 != 0) {
      throw new IllegalArgumentException("sparse map: an offset without a length");
    }
    List<Fragment> fragments = new ArrayList<>(numbers.size() / 2);
    for (int i = 0; i < numbers.size(); i += 2) {
      fragments.add(new Fragment(numbers.get(i), numbers.get(i + 1)));
    }
    return new SparseMap(fragments, realSize);
  }

  private static Optional<String> text(PaxRecords pax, String key) {
    return pax.find(key).map(value -> new String(value, ISO_8859_1));
  }

  private static long number(byte[] value) {
    return decimal(new String(value, ISO_8859_1));
  }

  /** A decimal number of digits alone. */
  static long decimal(String digits) {
    if (digits.isEmpty()
        || digits.length() > 18
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException(
          "expected a decimal number of at most 18 digits, found '" + digits + "'");
    }
    return Long.parseLong(digits);
  }
}
