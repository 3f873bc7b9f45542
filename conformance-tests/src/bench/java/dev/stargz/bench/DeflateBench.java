package dev.stargz.bench;

import dev.stargz.format.deflate.DeflateBuffer;
import dev.stargz.format.deflate.RawDeflater;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Encoders as multiples of {@link java.util.zip.Deflater}: one thread, in one process, alternating
 * on some 64 MiB of members of a converted layer, by thread CPU, median of the rounds after the
 * first.
 *
 * <pre>
 *   DeflateBench [--rounds N] [--share K] [--tiny] BLOB ENGINE LEVEL [ENGINE LEVEL ...]
 * </pre>
 *
 * <p>The first engine is what the others are compared with. {@code --share K} takes every Kth
 * member; {@code --tiny} the first 512 bytes of each, alone and between members of 4 MiB.
 */
public final class DeflateBench {
  private static final int TINY = 512;
  private static final int LARGE = 4 << 20;

  /** So many bytes of members are measured together. */
  private static final int BATCH = 64 << 20;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final List<String> names = new ArrayList<>();
  private final List<RawDeflater> deflaters = new ArrayList<>();
  private final DeflateBuffer output = new DeflateBuffer();
  private int rounds = 5;
  private int share = 1;
  private boolean tiny;
  private Path blob = Path.of("");

  private DeflateBench() {}

  /** Measures and prints a table in Markdown. */
  public static void main(String[] arguments) throws IOException {
    DeflateBench bench = new DeflateBench();
    bench.parse(arguments);
    if (bench.tiny) {
      bench.printTiny();
    } else {
      bench.printMembers();
    }
  }

  private void parse(String[] arguments) {
    int i = 0;
    for (; i < arguments.length && arguments[i].startsWith("--"); i++) {
      switch (arguments[i]) {
        case "--rounds" -> rounds = Integer.parseInt(arguments[++i]);
        case "--share" -> share = Integer.parseInt(arguments[++i]);
        case "--tiny" -> tiny = true;
        default -> throw new IllegalArgumentException("no option " + arguments[i]);
      }
    }
    if (arguments.length - i < 3 || (arguments.length - i) % 2 == 0) {
      throw new IllegalArgumentException("expected a blob, then engines and levels");
    }
    blob = Path.of(arguments[i]);
    for (int k = i + 1; k < arguments.length; k += 2) {
      names.add(arguments[k] + " " + arguments[k + 1]);
      deflaters.add(Engines.of(arguments[k]).newDeflater(Integer.parseInt(arguments[k + 1])));
    }
  }

  private void printMembers() throws IOException {
    long[][] nanos = new long[deflaters.size()][rounds + 1];
    long[] sizes = new long[deflaters.size()];
    long total = 0;
    try (MemberInput in = new MemberInput(blob)) {
      int number = 0;
      for (List<byte[]> batch = in.next(BATCH); !batch.isEmpty(); batch = in.next(BATCH)) {
        List<byte[]> members = new ArrayList<>();
        for (byte[] member : batch) {
          if (number++ % share == 0) {
            members.add(member);
            total += member.length;
          }
        }
        measure(members, nanos, sizes);
      }
    }
    System.out.println("| encoder | MB/s | times " + names.get(0) + " | bytes of " + total + " |");
    System.out.println("|---|---|---|---|");
    double first = median(nanos[0]);
    for (int i = 0; i < names.size(); i++) {
      double median = median(nanos[i]);
      System.out.printf(
          "| %s | %.1f | %.2f | %d |%n",
          names.get(i), total * 1e3 / median, first / median, sizes[i]);
    }
  }

  /** All rounds over some members, by one encoder after the other. */
  private void measure(List<byte[]> members, long[][] nanos, long[] sizes) {
    for (int round = 0; round <= rounds; round++) {
      for (int i = 0; i < deflaters.size(); i++) {
        long size = 0;
        long start = THREADS.getCurrentThreadCpuTime();
        for (byte[] member : members) {
          encode(i, member, member.length);
          size += output.length();
        }
        nanos[i][round] += THREADS.getCurrentThreadCpuTime() - start;
        sizes[i] += round == 0 ? size : 0;
      }
    }
  }

  private void encode(int encoder, byte[] input, int length) {
    output.clear();
    deflaters.get(encoder).deflate(input, 0, length, output);
  }

  /** Of the rounds after the first. */
  private static double median(long[] nanos) {
    long[] sorted = Arrays.copyOfRange(nanos, 1, nanos.length);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private void printTiny() throws IOException {
    List<byte[]> headers = new ArrayList<>();
    byte[] large = new byte[LARGE];
    try (MemberInput in = new MemberInput(blob)) {
      for (byte[] member : in.next(BATCH)) {
        if (member.length >= TINY) {
          headers.add(Arrays.copyOf(member, TINY));
        }
        System.arraycopy(member, 0, large, 0, Math.min(LARGE, member.length));
      }
    }
    System.out.println("| encoder | us for 512 B alone | between members of 4 MiB |");
    System.out.println("|---|---|---|");
    long[][] alone = new long[deflaters.size()][rounds + 1];
    long[][] between = new long[deflaters.size()][rounds + 1];
    for (int round = 0; round <= rounds; round++) {
      for (int i = 0; i < deflaters.size(); i++) {
        alone[i][round] = alone(i, headers);
        between[i][round] = between(i, headers, large);
      }
    }
    for (int i = 0; i < names.size(); i++) {
      System.out.printf(
          "| %s | %.2f | %.2f |%n", names.get(i), median(alone[i]) / 1e3, median(between[i]) / 1e3);
    }
  }

  /** Nanoseconds each, one after the other. */
  private long alone(int encoder, List<byte[]> headers) {
    long start = THREADS.getCurrentThreadCpuTime();
    for (byte[] header : headers) {
      encode(encoder, header, TINY);
    }
    return (THREADS.getCurrentThreadCpuTime() - start) / headers.size();
  }

  /** Nanoseconds each, twenty behind each large one. */
  private long between(int encoder, List<byte[]> headers, byte[] large) {
    long nanos = 0;
    int n = 0;
    for (int i = 0; i + 20 < headers.size() && n < 200; i += 20) {
      encode(encoder, large, LARGE);
      long start = THREADS.getCurrentThreadCpuTime();
      for (byte[] header : headers.subList(i, i + 20)) {
        encode(encoder, header, TINY);
      }
      nanos += THREADS.getCurrentThreadCpuTime() - start;
      n += 20;
    }
    return nanos / Math.max(1, n);
  }
}
