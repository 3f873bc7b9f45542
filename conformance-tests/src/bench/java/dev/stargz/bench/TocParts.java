package dev.stargz.bench;

import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.toc.Toc;
import dev.stargz.format.toc.TocEncoder;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

/** Writing and reading the TOC of a blob, and finding files in it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class TocParts {
  private final List<EntryName> names = new ArrayList<>();
  private byte[] json = {};
  private Toc toc = new Toc(Toc.VERSION, List.of());
  private Optional<StargzReader> reader = Optional.empty();
  private int next;

  /** Reads the blob's TOC. */
  @Setup
  public void start() throws IOException {
    StargzReader opened = StargzReader.open(RandomAccessSource.of(Samples.blob()));
    reader = Optional.of(opened);
    toc = opened.toc();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TocEncoder.encode(toc.entries(), out);
    json = out.toByteArray();
    for (TocEntry entry : toc.entries()) {
      names.add(EntryName.of(entry.name().bytes()));
    }
    Collections.shuffle(names, new Random(1));
  }

  /** Writes the TOC as JSON. */
  @Benchmark
  public void write() throws IOException {
    TocEncoder.encode(toc.entries(), OutputStream.nullOutputStream());
  }

  /** Reads the TOC from JSON. */
  @Benchmark
  public Toc parse() throws IOException {
    return TocParser.parse(new ByteArrayInputStream(json), Long.MAX_VALUE);
  }

  /** Opens the blob: footer, TOC and its index. */
  @Benchmark
  public Toc open() throws IOException {
    try (StargzReader opened = StargzReader.open(RandomAccessSource.of(Samples.blob()))) {
      return opened.toc();
    }
  }

  /** Finds an entry by its path, another each time. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  public Optional<TocEntry> lookUp() throws IOException {
    next = (next + 1) % names.size();
    return reader.orElseThrow().find(names.get(next));
  }
}
