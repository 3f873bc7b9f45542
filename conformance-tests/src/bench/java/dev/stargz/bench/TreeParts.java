package dev.stargz.bench;

import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.gzip.GzipInput;
import dev.stargz.format.toc.TocEntry;
import dev.stargz.format.toc.TocEntryType;
import dev.stargz.format.tree.FileNode;
import dev.stargz.format.tree.FileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reading files: the tree that is made of a TOC, look-ups in it, content beside what it takes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class TreeParts {
  /** Files of this size and more are read. */
  private static final long LARGE = 1 << 20;

  /** So many bytes of them, which is more than the tree keeps in memory. */
  private static final long CONTENT = 128 << 20;

  private static final int BUFFER = 1 << 16;

  private final List<EntryName> names = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private final List<FileNode> files = new ArrayList<>();
  private final List<Long> members = new ArrayList<>();
  private final byte[] buffer = new byte[BUFFER];
  private final MessageDigest sha256 = Digest.sha256();

  @SuppressWarnings("NullAway.Init") // by start()
  private StargzReader reader;

  @SuppressWarnings("NullAway.Init") // by start()
  private FileTree tree;

  private int next;

  /** Opens the blob and makes its tree. */
  @Setup
  public void start() throws IOException {
    reader = StargzReader.open(RandomAccessSource.of(Samples.blob()));
    tree = reader.tree();
    for (TocEntry entry : reader.toc().entries()) {
      if (entry.type() != TocEntryType.CHUNK) {
        names.add(EntryName.of(entry.name().bytes()));
      }
    }
    Collections.shuffle(names, new Random(1));
    names.forEach(name -> texts.add(name.text()));
    chooseFiles();
  }

  private void chooseFiles() throws IOException {
    long left = CONTENT;
    boolean chosen = false;
    for (TocEntry entry : reader.toc().entries()) {
      if (entry.type() == TocEntryType.REGULAR) {
        chosen = entry.size() >= LARGE && left > 0;
        if (chosen) {
          left -= entry.size();
          files.add(tree.lookUp(entry.name(), LinkOption.NOFOLLOW_LINKS));
        }
      }
      if (chosen && (entry.type() == TocEntryType.REGULAR || entry.type() == TocEntryType.CHUNK)) {
        members.add(entry.offset());
      }
    }
  }

  /** Closes the blob. */
  @TearDown
  public void stop() throws IOException {
    reader.close();
  }

  /** The TOC, opened, and the tree. */
  @Benchmark
  public FileNode openTree() throws IOException {
    try (StargzReader opened = StargzReader.open(RandomAccessSource.of(Samples.blob()))) {
      return opened.tree().root();
    }
  }

  /** A tree merged of three layers, the TOCs being open. */
  @Benchmark
  public FileNode merge() throws StargzException {
    return StargzReader.mergedTree(List.of(reader, reader, reader)).root();
  }

  /** Finds a file by its path's bytes, another each time. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  public FileNode lookUp() throws IOException {
    next = (next + 1) % names.size();
    return tree.lookUp(names.get(next), LinkOption.NOFOLLOW_LINKS);
  }

  /** The same by its text. */
  @Benchmark
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  public FileNode lookUpText() throws IOException {
    next = (next + 1) % texts.size();
    return tree.lookUp(texts.get(next), LinkOption.NOFOLLOW_LINKS);
  }

  /** Reads the large files from start to end through channels. */
  @Benchmark
  public long channel() throws IOException {
    long size = 0;
    ByteBuffer into = ByteBuffer.wrap(buffer);
    for (FileNode file : files) {
      try (SeekableByteChannel channel = tree.openChannel(file)) {
        for (int n = channel.read(into.clear()); n >= 0; n = channel.read(into.clear())) {
          size += n;
        }
      }
    }
    return size;
  }

  /** What {@link #channel} can't do without: the same members, inflated and hashed. */
  @Benchmark
  public byte[] inflateAndHash() throws IOException {
    try (FileChannel blob = FileChannel.open(Samples.blob())) {
      for (long offset : members) {
        InputStream from = Channels.newInputStream(blob.position(offset));
        try (GzipInput member = GzipInput.ofOneMember(from, offset, Location::inBlob)) {
          for (int n = member.read(buffer, 0, BUFFER); n > 0; n = member.read(buffer, 0, BUFFER)) {
            sha256.update(buffer, 0, n);
          }
        }
      }
    }
    return sha256.digest();
  }
}
