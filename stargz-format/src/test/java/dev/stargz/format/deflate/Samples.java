package dev.stargz.format.deflate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Inputs of the kinds that layers hold, made anew from a seed, the same on every machine. */
enum Samples {
  ZEROS {
    @Override
    void fill(byte[] bytes, Random random) {}
  },
  /** A pattern that repeats at a distance of its own. */
  PERIODS {
    @Override
    void fill(byte[] bytes, Random random) {
      for (int at = 0; at < bytes.length; ) {
        int period = 1 + random.nextInt(random.nextBoolean() ? 4 : 40_000);
        int end = Math.min(bytes.length, at + random.nextInt(100_000));
        for (int i = at; i < end; i++) {
          bytes[i] = i - at < period ? (byte) random.nextInt() : bytes[i - period];
        }
        at = Math.max(end, at + 1);
      }
    }
  },
  /** Words, some far more often than others. */
  TEXT {
    @Override
    void fill(byte[] bytes, Random random) {
      for (int at = 0; at < bytes.length; ) {
        int rank = (int) (3000 * Math.abs(random.nextGaussian() * random.nextDouble()));
        byte[] word = (Integer.toString(rank * 7919, 36) + " ").getBytes(StandardCharsets.US_ASCII);
        int n = Math.min(word.length, bytes.length - at);
        System.arraycopy(word, 0, bytes, at, n);
        at += n;
      }
    }
  },
  /** Records of sixteen bytes: a counter, an address, flags, padding. */
  RECORDS {
    @Override
    void fill(byte[] bytes, Random random) {
      for (int i = 0; i < bytes.length; i++) {
        int record = i >>> 4;
        bytes[i] =
            (byte)
                switch (i & 15) {
                  case 0, 1, 2 -> record >>> (8 * (i & 3));
                  case 4, 5 -> random.nextInt(1 << 5);
                  case 6 -> 0x40;
                  case 8 -> random.nextInt(10) == 0 ? 1 : 0;
                  default -> 0;
                };
      }
    }
  },
  /** Two values alone: many matches of all lengths. */
  TWO_VALUES {
    @Override
    void fill(byte[] bytes, Random random) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) ('a' + random.nextInt(2));
      }
    }
  },
  NOISE {
    @Override
    void fill(byte[] bytes, Random random) {
      random.nextBytes(bytes);
    }
  },
  /** All the others, in pieces. */
  MIXED {
    @Override
    void fill(byte[] bytes, Random random) {
      for (int at = 0; at < bytes.length; ) {
        Samples other = PIECES.get(random.nextInt(PIECES.size()));
        byte[] piece = other.bytes(random.nextInt(30_000), random.nextInt());
        int n = Math.min(piece.length, bytes.length - at);
        System.arraycopy(piece, 0, bytes, at, n);
        at += n;
      }
    }
  };

  private static final List<Samples> PIECES =
      List.of(ZEROS, PERIODS, TEXT, RECORDS, TWO_VALUES, NOISE);

  /** One of them. */
  static Samples any(Random random) {
    List<Samples> all = List.of(values());
    return all.get(random.nextInt(all.size()));
  }

  abstract void fill(byte[] bytes, Random random);

  /** A sample of {@code size} bytes. */
  byte[] bytes(int size, long seed) {
    byte[] bytes = new byte[size];
    fill(bytes, new Random(seed));
    return bytes;
  }

  /** What {@code deflater} makes of an input. */
  static byte[] deflate(RawDeflater deflater, byte[] input) {
    DeflateBuffer output = new DeflateBuffer();
    deflater.deflate(input, 0, input.length, output);
    return Arrays.copyOf(output.array(), output.length());
  }
}
