package dev.stargz.registry;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which part of a resource an answer holds. RFC 9110, 14.4.
 *
 * @param first position of its first byte
 * @param last position of its last byte
 * @param size of the whole resource, if it is said
 */
record ContentRange(long first, long last, OptionalLong size) {
  private static final String HEADER = "Content-Range";
  private static final Pattern PART =
      Pattern.compile("bytes\\s+(\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
  private static final Pattern WHOLE = Pattern.compile("bytes\\s+\\*/(\\d{1,18})");

  /** What an answer says; nothing if that can't be. */
  static Optional<ContentRange> of(Response answer) {
    Matcher part = PART.matcher(answer.header(HEADER).orElse("").strip());
    if (!part.matches()) {
      return Optional.empty();
    }
    OptionalLong size =
        part.group(3).equals("*")
            ? OptionalLong.empty()
            : OptionalLong.of(Long.parseLong(part.group(3)));
    ContentRange range =
        new ContentRange(Long.parseLong(part.group(1)), Long.parseLong(part.group(2)), size);
    boolean possible = range.first <= range.last && range.last < size.orElse(Long.MAX_VALUE);
    return possible ? Optional.of(range) : Optional.empty();
  }

  /** The size of the resource, in the answer that it has no such part. */
  static OptionalLong sizeIn(Response refusal) {
    Matcher whole = WHOLE.matcher(refusal.header(HEADER).orElse("").strip());
    return whole.matches() ? OptionalLong.of(Long.parseLong(whole.group(1))) : OptionalLong.empty();
  }

  /** What an answer says, for messages. */
  static String shown(Response answer) {
    return "'" + Redaction.of(answer.header(HEADER).orElse("").strip()) + "'";
  }
}
