package dev.stargz.format.blob;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The name of a tar entry, or the target of a link: bytes, as a file system has them.
 *
 * <p>Equality, hash and order are those of the bytes (unsigned). A name need not be UTF-8; {@link
 * #text()} is a readable form for messages and for the TOC's {@code name} field, {@link #bytes()}
 * is the truth.
 */
public final class EntryName implements Comparable<EntryName> {
  /** The root directory in its {@linkplain #cleaned() cleaned} form: no bytes at all. */
  public static final EntryName ROOT = new EntryName(new byte[0]);

  private final byte[] bytes;

  private EntryName(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A name of the UTF-8 bytes of {@code text}. */
  public static EntryName of(String text) {
    return new EntryName(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A name of a copy of {@code bytes}. */
  public static EntryName of(byte[] bytes) {
    return new EntryName(bytes.clone());
  }

  /** A name of a copy of {@code bytes[from, to)}. */
  public static EntryName of(byte[] bytes, int from, int to) {
    return new EntryName(Arrays.copyOfRange(bytes, from, to));
  }

  /** A copy of the name's bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The number of bytes. */
  public int length() {
    return bytes.length;
  }

  /** Whether the name has no bytes, as the cleaned root has. */
  public boolean isEmpty() {
    return bytes.length == 0;
  }

  /** Whether the last byte is a slash. */
  public boolean endsWithSlash() {
    return bytes.length > 0 && bytes[bytes.length - 1] == '/';
  }

  /** Whether the first byte is a slash. */
  public boolean startsWithSlash() {
    return bytes.length > 0 && bytes[0] == '/';
  }

  /** Whether one of the bytes is {@code ascii}. */
  public boolean contains(char ascii) {
    for (byte b : bytes) {
      if (b == ascii) {
        return true;
      }
    }
    return false;
  }

  /** Whether the bytes are well-formed UTF-8, so that {@link #text()} loses nothing. */
  public boolean isUtf8() {
    for (byte b : bytes) {
      if (b < 0) {
        return decode(bytes, 0, bytes.length) != null;
      }
    }
    return true;
  }

  /**
   * A readable form: the text itself where the bytes are UTF-8, else each offending byte as {@code
   * \xNN} (upper-case hex).
   */
  public String text() {
    String text = decode(bytes, 0, bytes.length);
    return text != null ? text : decodeWith(b -> String.format("\\x%02X", b));
  }

  /**
   * What becomes of the name in programs that hold it as text: U+FFFD for each byte that belongs to
   * no UTF-8 character, so that several names may become one.
   */
  public EntryName withReplacementCharacters() {
    return isUtf8() ? this : of(decodeWith(b -> "\ufffd"));
  }

  /**
   * The path below the root that this name stands for: without leading and trailing slashes, empty
   * and {@code .} parts; {@code ..} removes the part before it and never leaves the root. The root
   * itself is {@link #ROOT}. For look-up only: what is stored keeps its bytes.
   */
  public EntryName cleaned() {
    if (isClean()) {
      return this;
    }
    byte[] clean = new byte[bytes.length];
    int length = 0;
    for (int from = 0; from <= bytes.length; ) {
      int to = partEnd(from);
      if (isDotDot(from, to)) {
        length = Math.max(0, lastSlash(clean, length));
      } else if (to > from && !isDot(from, to)) {
        if (length > 0) {
          clean[length++] = '/';
        }
        System.arraycopy(bytes, from, clean, length, to - from);
        length += to - from;
      }
      from = to + 1;
    }
    return of(clean, 0, length);
  }

  /** The directory of a {@linkplain #cleaned() cleaned} name; empty for the root. */
  public Optional<EntryName> parent() {
    return isEmpty()
        ? Optional.empty()
        : Optional.of(of(bytes, 0, Math.max(0, lastSlash(bytes, bytes.length))));
  }

  /** The part behind the last slash of a {@linkplain #cleaned() cleaned} name. */
  public EntryName lastPart() {
    int slash = lastSlash(bytes, bytes.length);
    return slash < 0 ? this : of(bytes, slash + 1, bytes.length);
  }

  /** This cleaned name as a directory, and {@code child} in it. */
  public EntryName resolve(EntryName child) {
    if (isEmpty()) {
      return child;
    }
    byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + child.bytes.length);
    joined[bytes.length] = '/';
    System.arraycopy(child.bytes, 0, joined, bytes.length + 1, child.bytes.length);
    return new EntryName(joined);
  }

  /** The bytes of this name followed by {@code suffix}, one ASCII character. */
  public EntryName append(char suffix) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    longer[bytes.length] = (byte) suffix;
    return new EntryName(longer);
  }

  /** This name without one leading {@code ./}, if it has it. */
  public EntryName withoutDotSlash() {
    return bytes.length > 2 && bytes[0] == '.' && bytes[1] == '/'
        ? of(bytes, 2, bytes.length)
        : this;
  }

  @Override
  public int compareTo(EntryName other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EntryName that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The same as {@link #text()}. */
  @Override
  public String toString() {
    return text();
  }

  private boolean isClean() {
    for (int from = 0; from <= bytes.length; ) {
      int to = partEnd(from);
      if (to == from || isDot(from, to) || isDotDot(from, to)) {
        return bytes.length == 0;
      }
      from = to + 1;
    }
    return true;
  }

  private int partEnd(int from) {
    int to = from;
    while (to < bytes.length && bytes[to] != '/') {
      to++;
    }
    return to;
  }

  private boolean isDot(int from, int to) {
    return to - from == 1 && bytes[from] == '.';
  }

  private boolean isDotDot(int from, int to) {
    return to - from == 2 && bytes[from] == '.' && bytes[from + 1] == '.';
  }

  private static int lastSlash(byte[] bytes, int length) {
    int slash = length - 1;
    while (slash >= 0 && bytes[slash] != '/') {
      slash--;
    }
    return slash;
  }

  /** The text, with {@code other} for each byte that belongs to no character. */
  private String decodeWith(IntFunction<String> other) {
    StringBuilder text = new StringBuilder(bytes.length + 12);
    ByteArrayOutputStream valid = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; ) {
      int width = characterWidth(i);
      if (width > 0) {
        valid.write(bytes, i, width);
        i += width;
      } else {
        text.append(valid.toString(StandardCharsets.UTF_8));
        valid.reset();
        text.append(other.apply(bytes[i++] & 0xff));
      }
    }
    return text.append(valid.toString(StandardCharsets.UTF_8)).toString();
  }

  /** The length of the UTF-8 character at {@code from}, or 0 if there is none. */
  private int characterWidth(int from) {
    int first = bytes[from] & 0xff;
    int width = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    return from + width <= bytes.length && decode(bytes, from, width) != null ? width : 0;
  }

  private static @Nullable String decode(byte[] bytes, int from, int n) {
    try {
      // a fresh decoder reports malformed input instead of replacing it
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, n)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
