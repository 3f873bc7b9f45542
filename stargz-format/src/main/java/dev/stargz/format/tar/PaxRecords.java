package dev.stargz.format.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The records of a PAX extended header, in their order, values as bytes.
 *
 * <p>A record is {@code "<length> <key>=<value>\n"}, its decimal length counting all of itself.
 * Keys are handled as Latin-1 text, so that no byte is lost.
 */
final class PaxRecords {
  /** One record. */
  @SuppressWarnings("ArrayRecordComponent")
  record PaxRecord(String key, byte[] value) {}

  static final PaxRecords NONE = new PaxRecords(List.of());

  private final List<PaxRecord> records;

  private PaxRecords(List<PaxRecord> records) {
    this.records = records;
  }

  /**
   * Parses {@code bytes[from, to)}.
   *
   * @throws IllegalArgumentException if they are not records from the first to the last byte; the
   *     message says where
   */
  static PaxRecords parse(byte[] bytes, int from, int to) {
    List<PaxRecord> records = new ArrayList<>();
    for (int at = from; at < to; ) {
      int space = indexOf(bytes, at, Math.min(to, at + 10), (byte) ' ');
      int end = at + recordLength(bytes, at, space);
      int equals = indexOf(bytes, space + 1, Math.min(end, to), (byte) '=');
      if (space < 0 || end > to || equals <= space + 1 || bytes[end - 1] != '\n') {
        throw new IllegalArgumentException(
            "malformed PAX record at its byte "
                + (at - from)
                + ": expected '<length> <key>=<value>\\n'");
      }
      byte[] value = Arrays.copyOfRange(bytes, equals + 1, end - 1);
      records.add(
          new PaxRecord(new String(bytes, space + 1, equals - space - 1, ISO_8859_1), value));
      at = end;
    }
    return new PaxRecords(Collections.unmodifiableList(records));
  }

  private static int indexOf(byte[] bytes, int from, int to, byte wanted) {
    for (int i = Math.max(0, from); i < to; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** The length in front of a record, or 0 where there is none, which no record can have. */
  private static int recordLength(byte[] bytes, int at, int space) {
    int length = 0;
    for (int i = at; i < space; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return 0;
      }
      length = length * 10 + bytes[i] - '0';
    }
    return length > space + 1 - at ? length : 0;
  }

  /** All records in order. */
  List<PaxRecord> all() {
    return records;
  }

  /** The last value of {@code key} that isn't empty: an empty one means "as in the header". */
  Optional<byte[]> find(String key) {
    byte[] found = null;
    for (PaxRecord pax : records) {
      if (pax.key().equals(key)) {
        found = pax.value();
      }
    }
    return Optional.ofNullable(found).filter(value -> value.length > 0);
  }

  /** Whether any key starts with {@code prefix}. */
  boolean hasPrefix(String prefix) {
    return records.stream().anyMatch(pax -> pax.key().startsWith(prefix));
  }

  /** Whether there is no key but {@code key}. */
  boolean holdsOnly(String key) {
    return records.stream().allMatch(pax -> pax.key().equals(key));
  }

  /** These records without those whose key matches. */
  PaxRecords without(Predicate<String> keys) {
    return new PaxRecords(records.stream().filter(pax -> !keys.test(pax.key())).toList());
  }

  /** These records and one more. */
  PaxRecords with(String key, byte[] value) {
    List<PaxRecord> more = new ArrayList<>(records);
    more.add(new PaxRecord(key, value));
    return new PaxRecords(more);
  }

  /** The records as the payload of a PAX header. */
  byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (PaxRecord pax : records) {
      int content = pax.key().length() + pax.value().length + 3;
      int length = content + decimalLength(content);
      out.writeBytes((length + " " + pax.key() + "=").getBytes(ISO_8859_1));
      out.writeBytes(pax.value());
      out.write('\n');
    }
    return out.toByteArray();
  }

  /** Digits of the record's length, which counts those digits too. */
  private static int decimalLength(int content) {
    int digits = 1;
    while (Integer.toString(content + digits).length() != digits) {
      digits++;
    }
    return digits;
  }
}
