package dev.stargz.bench;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.gzip.GzipInput;
import dev.stargz.format.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What is done to each byte of a layer besides its compression; each time to the whole layer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class LayerParts {
  private static final int BUFFER = 1 << 16;

  private final byte[] buffer = new byte[BUFFER];
  private List<byte[]> tar = List.of();

  /** Takes the layer into memory. */
  @Setup
  public void start() throws IOException {
    tar = Samples.tar();
  }

  /** Decompresses the layer's file, its CRC included. */
  @Benchmark
  public long inflate() throws IOException {
    long size = 0;
    try (GzipInput in = Samples.gunzip(Samples.layer())) {
      for (int n = in.read(buffer, 0, BUFFER); n > 0; n = in.read(buffer, 0, BUFFER)) {
        size += n;
      }
    }
    return size;
  }

  /** Reads each header and payload of the tar. */
  @Benchmark
  public int walk() throws IOException {
    return Walk.entries(Samples.stream(tar), buffer);
  }

  /** Hashes the tar in one piece, as for a diffId. */
  @Benchmark
  public byte[] sha256() {
    MessageDigest sha256 = Digest.sha256();
    tar.forEach(sha256::update);
    return sha256.digest();
  }

  /** Takes the tar's CRC. */
  @Benchmark
  public long crc32() {
    CRC32 crc = new CRC32();
    tar.forEach(crc::update);
    return crc.getValue();
  }

  /** Going through a tar. */
  static final class Walk {
    private Walk() {}

    /** Reads all of a tar; returns how many entries it has. */
    static int entries(InputStream in, byte[] buffer) throws IOException {
      TarReader reader = new TarReader(in, 0, Long.MAX_VALUE);
      int entries = 0;
      while (reader.next() != null) {
        entries++;
        while (reader.read(buffer, 0, buffer.length) > 0) {}
        reader.padding();
      }
      return entries;
    }
  }
}
