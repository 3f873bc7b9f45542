package dev.stargz.format.blob;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A SHA-256 digest as registries and the TOC spell it: {@code sha256:} and 64 lower-case hex
 * digits.
 *
 * <p>Held as four {@code long}s (48 bytes on the heap), because a TOC of a large layer keeps
 * several hundred thousand of them.
 */
public final class Digest {
  private static final String PREFIX = "sha256:";
  private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

  private final long a;
  private final long b;
  private final long c;
  private final long d;

  private Digest(ByteBuffer sha256) {
    a = sha256.getLong();
    b = sha256.getLong();
    c = sha256.getLong();
    d = sha256.getLong();
  }

  /**
   * Parses {@code sha256:<64 lower-case hex digits>}.
   *
   * @throws IllegalArgumentException if {@code text} has another form
   */
  public static Digest parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "not a digest: expected sha256: and 64 lower-case hex digits, found '" + text + "'");
    }
    return new Digest(
        ByteBuffer.wrap(HexFormat.of().parseHex(text, PREFIX.length(), text.length())));
  }

  /** The digest of all bytes given to {@code sha256} so far; resets {@code sha256}. */
  public static Digest of(MessageDigest sha256) {
    return new Digest(ByteBuffer.wrap(sha256.digest()));
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
