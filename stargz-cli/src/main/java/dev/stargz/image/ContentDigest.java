package dev.stargz.image;

import dev.stargz.format.blob.Digest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The digest of a blob or manifest as descriptors have it. Sources may use SHA-256, SHA-384 or
 * SHA-512; what is written here is named by SHA-256.
 *
 * @param algorithm {@code sha256}, {@code sha384} or {@code sha512}
 * @param hex the digest in lower-case hex digits
 */
public record ContentDigest(String algorithm, String hex) {
  private static final Map<String, Integer> BITS =
      Map.of("sha256", 256, "sha384", 384, "sha512", 512);
  private static final Pattern FORM = Pattern.compile("([a-z0-9]{1,16}):([0-9a-f]{1,128})");

  /** Checks algorithm and length. */
  public ContentDigest {
    Integer bits = BITS.get(algorithm);
    if (bits == null || hex.length() != bits / 4) {
      throw notADigest(algorithm + ":" + hex);
    }
  }

  /**
   * Parses {@code sha256:<hex>}, {@code sha384:<hex>} or {@code sha512:<hex>}.
   *
   * @throws IllegalArgumentException if {@code text} has another form
   */
  public static ContentDigest parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw notADigest(text);
    }
    return new ContentDigest(matcher.group(1), matcher.group(2));
  }

  private static IllegalArgumentException notADigest(String text) {
    String shown = text.length() > 150 ? text.substring(0, 150) + "..." : text;
    return new IllegalArgumentException(
        "not a digest: expected sha256:, sha384: or sha512: and lower-case hex digits, found '"
            + shown
            + "'");
  }

  /** The SHA-256 digest of {@code bytes}. */
  public static ContentDigest of(byte[] bytes) {
    return of(Digest.of(bytes));
  }

  /** The same digest in another type. */
  public static ContentDigest of(Digest digest) {
    return parse(digest.toString());
  }

  /** The digest of what {@code hash} was given; resets it. */
  public static ContentDigest of(MessageDigest hash) {
    String algorithm = hash.getAlgorithm().replace("-", "").toLowerCase(java.util.Locale.ROOT);
    return new ContentDigest(algorithm, HexFormat.of().formatHex(hash.digest()));
  }

  /** A fresh computation of this digest's algorithm, to be finished with {@link #of}. */
  public MessageDigest newHash() {
    try {
      return MessageDigest.getInstance("SHA-" + BITS.get(algorithm));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has the SHA-2 family", e);
    }
  }

  /** Whether {@code bytes} have this digest. */
  public boolean matches(byte[] bytes) {
    MessageDigest hash = newHash();
    hash.update(bytes);
    return equals(of(hash));
  }

  /** This digest in the format library's type, if it is one of SHA-256. */
  public Optional<Digest> sha256() {
    return algorithm.equals("sha256") ? Optional.of(Digest.parse(toString())) : Optional.empty();
  }

  /** The first twelve hex digits, for lines that people read. */
  public String shortHex() {
    return hex.substring(0, 12);
  }

  /** As descriptors spell it: {@code sha256:<hex>}. */
  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
