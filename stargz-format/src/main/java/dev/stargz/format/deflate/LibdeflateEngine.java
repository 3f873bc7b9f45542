package dev.stargz.format.deflate;

import java.util.Optional;

/**
 * The system's libdeflate, whichever that is: hence the version by what it does. (The library has
 * no function that tells its version.)
 */
final class LibdeflateEngine implements DeflateEngine {
  private static final int MAX_LEVEL = 12;
  private static final int SAMPLE_SIZE = 1 << 17;

  private LibdeflateEngine() {}

  /** The one binding of this process, made by the first who asks. */
  private static final class Binding {
    static final LibdeflateEngine ENGINE = new LibdeflateEngine();
    static final Optional<LibdeflateMissingException> FAILURE = bind("deflate");
  }

  static LibdeflateEngine load() {
    Binding.FAILURE.ifPresent(
        failure -> {
          throw new LibdeflateMissingException(
              String.valueOf(failure.getMessage()), failure.getCause());
        });
    return Binding.ENGINE;
  }

  /** Why the library of that name can't be called, if so. */
  static Optional<LibdeflateMissingException> bind(String name) {
    try {
      Libdeflate.bind(name);
      return Optional.empty();
    } catch (NoClassDefFoundError e) {
      return Optional.of(
          new LibdeflateMissingException(
              "libdeflate is called through JNA: add the library net.java.dev.jna:jna", e));
    } catch (LinkageError e) {
      return Optional.of(
          new LibdeflateMissingException(
              "libdeflate can't be loaded ("
                  + reason(String.valueOf(e.getMessage()))
                  + "): install package libdeflate0 (Debian, Ubuntu) or libdeflate (Fedora, RHEL,"
                  + " Alpine, Homebrew), or take another deflater",
              e));
    }
  }

  /** JNA has a line for each place it looked at behind a heading; the last ends with all paths. */
  private static String reason(String message) {
    return message.lines().skip(1).findFirst().orElse(message);
  }

  @Override
  public String id() {
    return "libdeflate";
  }

  @Override
  public String version(int level) {
    return SampleDigest.of(this, level, sample());
  }

  /**
   * Bytes of an uneven distribution between repetitions of what went before, at all distances and
   * up to twice the longest match: for each level to be told from its neighbours.
   */
  private static byte[] sample() {
    byte[] sample = new byte[SAMPLE_SIZE];
    Lcg random = new Lcg();
    for (int at = 0; at < sample.length; ) {
      for (int n = random.upTo(12); n > 0 && at < sample.length; n--) {
        sample[at++] = (byte) random.upTo(1 + random.upTo(256));
      }
      int distance = 1 + random.upTo(1 + random.upTo(at));
      int length = random.upTo(1 + random.upTo(1 + random.upTo(512)));
      for (int end = Math.min(sample.length, at + length); at < end; at++) {
        sample[at] = sample[at - distance];
      }
    }
    return sample;
  }

  /** The same numbers for ever, whatever becomes of those of the JDK. */
  private static final class Lcg {
    private int state = 1;

    /** A number from 0 to {@code bound} - 1; 0 if there is none. */
    int upTo(int bound) {
      state = state * 1103515245 + 12345;
      return bound <= 1 ? 0 : (state >>> 8) % bound;
    }
  }

  /** The library's level 0 only stores, as the other engines' do. */
  @Override
  public int minLevel() {
    return 1;
  }

  @Override
  public int maxLevel() {
    return MAX_LEVEL;
  }

  @Override
  public RawDeflater newDeflater(int level) {
    Levels.check(this, level);
    return new LibdeflateDeflater(level);
  }
}
