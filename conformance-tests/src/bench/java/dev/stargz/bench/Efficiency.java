package dev.stargz.bench;

import dev.stargz.format.StargzReader;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.RandomAccessSource;
import dev.stargz.format.deflate.DeflateBuffer;
import dev.stargz.format.deflate.RawDeflater;
import dev.stargz.format.toc.TocEncoder;
import dev.stargz.format.toc.TocEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The CPU seconds that the parts of a conversion take by themselves: one after the other, in one
 * thread, on a whole layer. What a conversion takes beyond that is waiting, copying and starting.
 *
 * <p>Each part runs over some of the layer before it counts, so that it is compiled.
 */
public final class Efficiency {
  /** Bytes of members that are in memory at once. */
  private static final int BATCH = 1 << 26;

  private static final int BUFFER = 1 << 16;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Map<String, Long> nanos = new LinkedHashMap<>();
  private final byte[] buffer = new byte[BUFFER];

  private Efficiency() {}

  /**
   * Prints a line for each part: its CPU seconds and its name.
   *
   * @param args the deflater and its level
   */
  public static void main(String[] args) throws IOException {
    Efficiency efficiency = new Efficiency();
    efficiency.measureTar();
    efficiency.measureBlob();
    efficiency.measureToc();
    efficiency.measureMembers(args[0], Integer.parseInt(args[1]));
    efficiency.nanos.forEach((part, time) -> System.out.printf("%.3f %s%n", time / 1e9, part));
  }

  /** The CPU time that the running thread has taken so far. */
  static long cpuNanos() {
    return THREADS.getCurrentThreadCpuTime();
  }

  /** A part of the work. */
  private interface Part {
    void run() throws IOException;
  }

  private void count(String name, Part part) throws IOException {
    long start = cpuNanos();
    part.run();
    nanos.merge(name, cpuNanos() - start, Long::sum);
  }

  private void measureTar() throws IOException {
    List<byte[]> tar = Samples.tar(); // which warms the decoder up
    count("read and inflate the source, with its CRC", this::inflate);
    List<byte[]> start = tar.subList(0, Math.min(4, tar.size()));
    hash(start);
    LayerParts.Walk.entries(Samples.stream(tar), buffer);
    count("walk the tar", () -> LayerParts.Walk.entries(Samples.stream(tar), buffer));
    String twice = "SHA-256 of the tar, as it comes and as it goes";
    count(twice, () -> hash(tar));
    count(twice, () -> hash(tar));
  }

  private void inflate() throws IOException {
    try (InputStream in = Samples.gunzip(Samples.layer())) {
      while (in.read(buffer, 0, BUFFER) > 0) {}
    }
  }

  private static void hash(List<byte[]> pieces) {
    MessageDigest sha256 = Digest.sha256();
    pieces.forEach(sha256::update);
    sha256.digest();
  }

  private void measureBlob() throws IOException {
    MessageDigest sha256 = Digest.sha256();
    Path copy = Samples.blob().resolveSibling("copy");
    try (InputStream in = Files.newInputStream(Samples.blob());
        OutputStream out = Files.newOutputStream(copy)) {
      for (byte[] part = in.readNBytes(BATCH); part.length > 0; part = in.readNBytes(BATCH)) {
        byte[] bytes = part;
        count("SHA-256 of the blob", () -> sha256.update(bytes));
        count("write the blob", () -> write(bytes, out));
      }
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static void write(byte[] bytes, OutputStream out) throws IOException {
    for (int at = 0; at < bytes.length; at += BUFFER) {
      out.write(bytes, at, Math.min(BUFFER, bytes.length - at));
    }
  }

  /** The TOC is written once to know its size, and then to its member. */
  private void measureToc() throws IOException {
    try (StargzReader reader = StargzReader.open(RandomAccessSource.of(Samples.blob()))) {
      List<TocEntry> entries = reader.toc().entries();
      TocEncoder.encode(entries, OutputStream.nullOutputStream());
      count(
          "the TOC's JSON, twice",
          () -> {
            TocEncoder.encode(entries, OutputStream.nullOutputStream());
            TocEncoder.encode(entries, OutputStream.nullOutputStream());
          });
    }
  }

  private void measureMembers(String deflater, int level) throws IOException {
    DeflateBuffer output = new DeflateBuffer();
    try (RawDeflater encoder = Engines.of(deflater).newDeflater(level);
        MemberInput members = new MemberInput(Samples.blob())) {
      List<byte[]> batch = members.next(BATCH);
      deflate(encoder, batch, output); // once before it counts
      while (!batch.isEmpty()) {
        List<byte[]> these = batch;
        count("SHA-256 of the members", () -> hashEach(these));
        count("CRC-32 of the members", () -> checkEach(these));
        count("deflate (" + deflater + " " + level + ")", () -> deflate(encoder, these, output));
        batch = members.next(BATCH);
      }
    }
  }

  private static void hashEach(List<byte[]> members) {
    MessageDigest sha256 = Digest.sha256();
    for (byte[] member : members) {
      sha256.update(member);
      sha256.digest();
    }
  }

  private static void checkEach(List<byte[]> members) {
    CRC32 crc = new CRC32();
    for (byte[] member : members) {
      crc.reset();
      crc.update(member);
    }
  }

  private static void deflate(RawDeflater encoder, List<byte[]> members, DeflateBuffer output) {
    for (byte[] member : members) {
      output.clear();
      encoder.deflate(member, 0, member.length, output);
    }
  }
}
