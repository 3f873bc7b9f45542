package dev.stargz.format.deflate;

/**
 * A DEFLATE encoder by identity: the bytes of a blob depend on its input, the options, and the
 * engine's {@link #id()} and {@link #version(int)}.
 *
 * <p>Engines are immutable and safe for many threads.
 */
public interface DeflateEngine {
  /** A short lower-case name, such as {@code jdk}. */
  String id();

  /**
   * Tells encoders apart that give other bytes at {@code level}: two of one version give the same.
   *
   * @return a word of letters and digits
   */
  String version(int level);

  /** The lowest level: the fastest. */
  int minLevel();

  /** The highest level: the smallest output. */
  int maxLevel();

  /** Whether its encoders have {@link RawDeflater#deflatePart}; no unless said. */
  default boolean encodesParts() {
    return false;
  }

  /**
   * A new encoder, to be used by one thread at a time and closed by whoever asked for it.
   *
   * @throws IllegalArgumentException if {@code level} is outside {@link #minLevel()} to {@link
   *     #maxLevel()}
   */
  RawDeflater newDeflater(int level);

  /** The encoder written in Java: the same bytes on every machine. */
  static DeflateEngine java() {
    return JavaEngine.INSTANCE;
  }

  /** The encoder of the running JDK, {@link java.util.zip.Deflater}: levels 0 to 9. */
  static DeflateEngine jdk() {
    return JdkEngine.INSTANCE;
  }

  /**
   * The system's libdeflate, through JNA: levels 1 to 12, fast and small, other bytes with other
   * versions.
   *
   * @throws LibdeflateMissingException if it can't be loaded: the library isn't installed, or JNA
   *     is not on the class path
   */
  static DeflateEngine libdeflate() {
    return LibdeflateEngine.load();
  }
}
