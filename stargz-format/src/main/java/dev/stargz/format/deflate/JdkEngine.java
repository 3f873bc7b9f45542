package dev.stargz.format.deflate;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;

/** The zlib that the JDK was linked with, whichever that is: hence the version by what it does. */
final class JdkEngine implements DeflateEngine {
  static final JdkEngine INSTANCE = new JdkEngine();

  private static final int SAMPLE_SIZE = 1 << 16;

  private JdkEngine() {}

  @Override
  public String id() {
    return "jdk";
  }

  @Override
  public String version(int level) {
    return SampleDigest.of(this, level, sample());
  }

  /** Words of a small vocabulary, in an order that repeats at no short distance. */
  private static byte[] sample() {
    byte[] sample = new byte[SAMPLE_SIZE];
    int state = 1;
    for (int i = 0; i < sample.length; i++) {
      if (i % 7 == 0) {
        state = state * 1103515245 + 12345;
      }
      sample[i] = (byte) ('a' + ((state >>> 16) + i % 7 * (state >>> 28)) % 26);
    }
    return sample;
  }

  @Override
  public int minLevel() {
    return Deflater.NO_COMPRESSION;
  }

  @Override
  public int maxLevel() {
    return Deflater.BEST_COMPRESSION;
  }

  @Override
  public RawDeflater newDeflater(int level) {
    Levels.check(this, level);
    return new JdkDeflater(level);
  }

  /**
   * One zlib stream, reset for each buffer. Input and output go through in fixed slices, because at
   * level 0 zlib's blocks depend on how much it is offered at a time; and through memory outside
   * the heap, because zlib would keep the collector of Java before 25 from an array for as long as
   * it works on it, and the heap would grow meanwhile.
   */
  private static final class JdkDeflater implements RawDeflater {
    private static final int SLICE = 1 << 16;

    private final Deflater deflater;
    private final ByteBuffer slice = ByteBuffer.allocateDirect(SLICE);
    private final ByteBuffer deflated = ByteBuffer.allocateDirect(SLICE);

    JdkDeflater(int level) {
      deflater = new Deflater(level, /* nowrap= */ true);
    }

    @Override
    public void deflate(byte[] input, int offset, int length, DeflateBuffer output) {
      deflater.reset();
      int end = offset + length;
      int at = offset;
      do {
        int n = Math.min(SLICE, end - at);
        deflater.setInput(slice.clear().put(input, at, n).flip());
        at += n;
        if (at == end) {
          deflater.finish();
        }
        drain(output);
      } while (at < end);
    }

    private void drain(DeflateBuffer output) {
      int n;
      do {
        n = deflater.deflate(deflated.clear());
        output.reserve(n);
        deflated.flip().get(output.array(), output.length(), n);
        output.advance(n);
      } while (n == SLICE);
    }

    @Override
    public void close() {
      deflater.end();
    }
  }
}
