package dev.stargz.bench;

import dev.stargz.format.deflate.DeflateBuffer;
import dev.stargz.format.deflate.RawDeflater;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** A member's compression, by its size, encoder and level. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DeflateParts {
  /** The encoder, as {@code --deflater} has it. */
  @Param({"jdk", "java", "libdeflate"})
  public String deflater = "";

  /** Its level. */
  @Param({"1", "6", "9"})
  public int level;

  /** The member's size in bytes. */
  @Param({"512", "8192", "65536", "4194304"})
  public int size;

  private final DeflateBuffer output = new DeflateBuffer();
  private RawDeflater encoder = new None();
  private List<byte[]> members = List.of();
  private int next;

  /** Takes members from the layer. */
  @Setup
  public void start() throws IOException {
    members = Samples.parts(size);
    encoder = Engines.of(deflater).newDeflater(level);
  }

  /** Frees the encoder. */
  @TearDown
  public void end() {
    encoder.close();
  }

  /** Compresses one member, another each time. */
  @Benchmark
  public void deflate(Blackhole sink) {
    byte[] member = members.get(next);
    next = (next + 1) % members.size();
    output.clear();
    encoder.deflate(member, 0, member.length, output);
    sink.consume(output.length());
  }

  /** Before the start. */
  private static final class None implements RawDeflater {
    @Override
    public void deflate(byte[] input, int offset, int length, DeflateBuffer output) {
      throw new IllegalStateException("not started");
    }

    @Override
    public void close() {}
  }
}
