package dev.stargz.format.blob;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256 digest as registries and the TOC spell it: {@code sha256:} and 64 lower-case hex
 * digits.
 *
 * <p>Held as four {@code long}s (48 bytes on the heap), because a TOC of a large layer keeps
 * several hundred thousand of them.
 */
public final class Digest {
  private static final String PREFIX = "sha256:";
  private static final int LONG_DIGITS = 16;
  private static final int LENGTH = PREFIX.length() + 4 * LONG_DIGITS;

  private final long a;
  private final long b;
  private final long c;
  private final long d;

  private Digest(long a, long b, long c, long d) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  private static Digest of(ByteBuffer sha256) {
    return new Digest(sha256.getLong(), sha256.getLong(), sha256.getLong(), sha256.getLong());
  }

  /**
   * Parses {@code sha256:<64 lower-case hex digits>}.
   *
   * @throws IllegalArgumentException if {@code text} has another form
   */
  public static Digest parse(String text) {
    if (text.length() != LENGTH || !text.startsWith(PREFIX)) {
      throw noDigest(text);
    }
    return new Digest(hex(text, 0), hex(text, 1), hex(text, 2), hex(text, 3));
  }

  /** The number that 16 digits spell; parsing hex in general takes five times as long. */
  private static long hex(String text, int index) {
    long value = 0;
    int from = PREFIX.length() + index * LONG_DIGITS;
    for (int i = from; i < from + LONG_DIGITS; i++) {
      char c = text.charAt(i);
      int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      if (digit < 0) {
        throw noDigest(text);
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private static IllegalArgumentException noDigest(String text) {
    return new IllegalArgumentException(
        "not a digest: expected sha256: and 64 lower-case hex digits, found '" + text + "'");
  }

  /** The digest of all bytes given to {@code sha256} so far; resets {@code sha256}. */
  public static Digest of(MessageDigest sha256) {
    return of(ByteBuffer.wrap(sha256.digest()));
  }

  /** The digest of {@code bytes}. */
  public static Digest of(byte[] bytes) {
    MessageDigest sha256 = sha256();
    sha256.update(bytes);
    return of(sha256);
  }

  /** A fresh SHA-256 computation, to be finished with {@link #of(MessageDigest)}. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest that && a == that.a && b == that.b && c == that.c && d == that.d;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(a);
  }

  /** {@code sha256:} and 64 lower-case hex digits. */
  @Override
  public String toString() {
    byte[] bytes = ByteBuffer.allocate(32).putLong(a).putLong(b).putLong(c).putLong(d).array();
    return PREFIX + HexFormat.of().formatHex(bytes);
  }
}
