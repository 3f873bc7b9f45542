package dev.stargz.format;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.StargzException;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.gzip.ArrayInput;
import dev.stargz.format.gzip.GzipInput;
import dev.stargz.format.gzip.MemberWriter;
import dev.stargz.format.gzip.ParallelGzipInput;
import dev.stargz.format.gzip.RangeInput;
import dev.stargz.format.gzip.ReadAheadInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Reads a whole blob and compares what its TOC says with the tar that it is: names, types,
 * metadata, links, places, digests of files and chunks, and the trees that both make. A TOC that
 * lies is an attack on whoever mounts the layer lazily; reading single files can't find that.
 * FORMAT.md, "Verification".
 *
 * <p>Habits of other writers are no differences: times rounded up, the epoch left out, U+FFFD in
 * names, replaced entries listed, the TOC behind the tar's end.
 *
 * <p>Memory: the TOC, some 500 bytes for each of the tar's entries, and 16 a member, three quarters
 * of the heap in all. If the TOC lists other entries than the tar, or in another order, both are
 * made a tree, 150 bytes a name. On several threads, besides, up to 16 MiB of the blob for each, at
 * most an eighth of the heap in all.
 */
public final class StargzVerifier {
  /** Bytes of a blob that are fetched in one go: few answers to wait for, of a remote source. */
  private static final int WINDOW = 8 << 20;

  private static final int WINDOW_HEAP_SHARE = 64;
  private static final int HEAP_SHARE = 8;
  private static final long HELD_A_THREAD = 16 << 20;

  private StargzVerifier() {}

  /**
   * Verifies the blob that a reader is open on, on the calling thread alone.
   *
   * @param reader stays open
   * @return what was found; damage in the blob is one of the differences
   * @throws IOException if the source can't be read
   */
  public static VerifyReport verify(StargzReader reader) throws IOException {
    return verify(reader, OptionalLong.empty());
  }

  /**
   * Verifies the blob that a reader is open on, on the calling thread alone, and tells the digest
   * of the source that it was made from, so that it can be compared with the {@code
   * rootfs.diff_ids} of the source's config: the blob's tar entries, byte for byte, without those
   * that {@link StargzWriter} adds (one landmark, the TOC), then {@code sourceTail} zero bytes.
   *
   * <p>That digest is left out of the report if the blob is damaged, holds sparse files or other
   * bytes than zeros behind its archive's end, if a landmark or the TOC's entry is not as our
   * writer makes it, or if the tail is negative or larger than 64 MiB: the writer records no such
   * tail, and one that comes from a hostile annotation must not keep us hashing zeros for years.
   *
   * @param reader stays open
   * @param sourceTail what {@link WrittenBlob#sourceTail()} was; empty if the source's digest isn't
   *     wanted
   * @return what was found; damage in the blob is one of the differences
   * @throws IOException if the blob can't be read
   */
  public static VerifyReport verify(StargzReader reader, OptionalLong sourceTail)
      throws IOException {
    VerifyOptions alone = VerifyOptions.defaults().withThreads(1);
    return verify(
        reader, sourceTail.isPresent() ? alone.withSourceTail(sourceTail.getAsLong()) : alone);
  }

  /**
   * Verifies the blob that a reader is open on. Its source is read once, from the first byte to the
   * last, in large ranges, of which the next is fetched while one is looked at.
   *
   * @param reader stays open
   * @return what was found; damage in the blob is one of the differences
   * @throws UnsupportedException if that takes more memory than there is
   * @throws IOException if the blob can't be read
   * @throws InterruptedIOException if the thread was interrupted
   */
  public static VerifyReport verify(StargzReader reader, VerifyOptions options) throws IOException {
    return verify(reader, options, VerifyBudget.beside(reader));
  }

  /** The same with a bound for what is kept in memory. */
  static VerifyReport verify(StargzReader reader, VerifyOptions options, VerifyBudget budget)
      throws IOException {
    try {
      return verifyOnThreads(reader, options, budget);
    } catch (VerifyBudget.ExceededException e) {
      throw e.failure();
    }
  }

  private static VerifyReport verifyOnThreads(
      StargzReader reader, VerifyOptions options, VerifyBudget budget) throws IOException {
    if (options.threads() == 1 || options.executor().isPresent()) {
      return verify(reader, options, budget, options.executor().orElse(Runnable::run));
    }
    ExecutorService threads = Executors.newFixedThreadPool(options.threads(), daemons());
    try {
      return verify(reader, options, budget, threads);
    } finally {
      threads.shutdown();
    }
  }

  private static ThreadFactory daemons() {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "stargz-verify-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  private static VerifyReport verify(
      StargzReader reader, VerifyOptions options, VerifyBudget budget, Executor executor)
      throws IOException {
    Differences differences = new Differences();
    MemberMap members = new MemberMap(budget);
    PartHashes hashes = new PartHashes();
    SourceRebuild source = new SourceRebuild(options.sourceTail());
    Optional<Digest> diffId = Optional.empty();
    Optional<Digest> sourceDiffId = Optional.empty();
    long uncompressedSize = 0;
    try (InputStream range = open(reader, options, executor)) {
      HashedInput blob = new HashedInput(watched(range, options.progress()));
      try (ArrayInput gunzip = decompress(reader, blob, options, executor, members, hashes)) {
        HashedInput tar = new HashedInput(gunzip::read);
        new TarWalk(reader, members, hashes, differences, source, budget).walk(tar);
        diffId = Optional.of(tar.readToEnd());
        uncompressedSize = tar.position();
        sourceDiffId = source.diffId();
      } catch (StargzException e) {
        differences.add(null, "damage", "none", String.valueOf(e.getMessage()));
      }
      return new VerifyReport(
          blob.readToEnd(),
          reader.size(),
          diffId,
          sourceDiffId,
          uncompressedSize,
          reader.tocDigest(),
          reader.tocOffset(),
          reader.toc().entries().size(),
          differences.all(),
          differences.more());
    }
  }

  /** The blob's bytes in their order, each fetched once. */
  private static InputStream open(StargzReader reader, VerifyOptions options, Executor executor) {
    long share = Runtime.getRuntime().maxMemory() / WINDOW_HEAP_SHARE;
    int window = (int) Math.max(1 << 16, Math.min(WINDOW, share));
    return options.threads() == 1
        ? new RangeInput(reader.source(), 0, reader.size(), window)
        : new ReadAheadInput(reader.source(), reader.size(), window, executor);
  }

  private static MemberWriter.Source watched(InputStream in, LongConsumer progress) {
    AtomicLong position = new AtomicLong();
    return (buffer, offset, length) -> {
      int n = in.read(buffer, offset, length);
      progress.accept(position.addAndGet(Math.max(0, n)));
      return n;
    };
  }

  private static ArrayInput decompress(
      StargzReader reader,
      InputStream blob,
      VerifyOptions options,
      Executor executor,
      MemberMap members,
      PartHashes hashes) {
    if (options.threads() == 1) {
      return new GzipInput(blob, 0, Location::inBlob, members);
    }
    long memory =
        Math.min(
            Runtime.getRuntime().maxMemory() / HEAP_SHARE, (options.threads() + 1) * HELD_A_THREAD);
    return new ParallelGzipInput(
        blob,
        new StretchPlan(reader.toc().entries(), reader.tocOffset(), reader.size()),
        executor,
        options.threads(),
        memory,
        Location::inBlob,
        members,
        hashes);
  }
}
