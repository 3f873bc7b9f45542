package dev.stargz.image;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image runs on.
 *
 * @param os such as {@code linux}
 * @param architecture such as {@code amd64} or {@code arm64}
 * @param variant such as {@code v7}; nothing for any
 */
public record Platform(String os, String architecture, Optional<String> variant) {
  private static final Pattern FORM =
      Pattern.compile("([a-z0-9._-]+)/([a-z0-9._-]+)(?:/([a-zA-Z0-9._-]+))?");

  /** What Java calls otherwise than Go, whose names images have. */
  private static final Map<String, String> ARCHITECTURES =
      Map.of(
          "x86_64", "amd64",
          "aarch64", "arm64",
          "x86", "386",
          "i386", "386",
          "loongarch64", "loong64");

  /** The variant that an image of an architecture is of when it says none. */
  private static final Map<String, String> DEFAULT_VARIANT = Map.of("arm64", "v8", "arm", "v7");

  /**
   * Parses {@code OS/ARCHITECTURE[/VARIANT]}.
   *
   * @throws IllegalArgumentException if {@code text} has another form
   */
  public static Platform parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "expected OS/ARCHITECTURE or OS/ARCHITECTURE/VARIANT, such as linux/arm64, found '"
              + text
              + "'");
    }
    return new Platform(matcher.group(1), matcher.group(2), Optional.ofNullable(matcher.group(3)));
  }

  /** Linux on a processor as this machine has it: what containers run on, on any system. */
  static Platform ofMachine() {
    String name = System.getProperty("os.arch", "");
    return new Platform("linux", ARCHITECTURES.getOrDefault(name, name), Optional.empty());
  }

  /** Reads the platform of a descriptor, or that of a config; nothing if it has none. */
  static Optional<Platform> of(JsonObject json) {
    Optional<String> os = json.string("os");
    Optional<String> architecture = json.string("architecture");
    return os.isEmpty() || architecture.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Platform(
                os.get(),
                architecture.get(),
                json.string("variant").filter(variant -> !variant.isEmpty())));
  }

  /** Whether an image of platform {@code other} is one that this one asks for. */
  public boolean matches(Platform other) {
    return os.equals(other.os)
        && architecture.equals(other.architecture)
        && (variant.isEmpty() || variant.equals(other.variantOrDefault()));
  }

  /** The variant that it is of, if it is known. */
  Optional<String> variantOrDefault() {
    return variant.or(() -> Optional.ofNullable(DEFAULT_VARIANT.get(architecture)));
  }

  /** As it is parsed. */
  @Override
  public String toString() {
    return os + "/" + architecture + variant.map(v -> "/" + v).orElse("");
  }
}
