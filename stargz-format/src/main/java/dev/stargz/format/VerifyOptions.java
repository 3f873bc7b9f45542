package dev.stargz.format;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/**
 * How a {@link StargzVerifier} works, and what else it shall find out. Immutable. The report is the
 * same on any number of threads.
 */
public final class VerifyOptions {
  private static final VerifyOptions DEFAULTS =
      new VerifyOptions(
          Runtime.getRuntime().availableProcessors(),
          Optional.empty(),
          OptionalLong.empty(),
          blobBytes -> {});

  private final int threads;
  private final Optional<Executor> executor;
  private final OptionalLong sourceTail;
  private final LongConsumer progress;

  private VerifyOptions(
      int threads, Optional<Executor> executor, OptionalLong sourceTail, LongConsumer progress) {
    if (threads < 1 || threads > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "threads: expected 1 to " + Short.MAX_VALUE + ", found " + threads);
    }
    this.threads = threads;
    this.executor = executor;
    this.sourceTail = sourceTail;
    this.progress = progress;
  }

  /** All cores, the source's digest not wanted, nobody told of the progress. */
  public static VerifyOptions defaults() {
    return DEFAULTS;
  }

  /** How many threads decompress and hash, 1 for the calling one alone; one a core unless set. */
  public int threads() {
    return threads;
  }

  /** What runs them, if the verifier shall not make threads of its own. */
  public Optional<Executor> executor() {
    return executor;
  }

  /** The zeros behind the source's last entry, if the source's digest is wanted. */
  public OptionalLong sourceTail() {
    return sourceTail;
  }

  /** Learns now and then, from the calling thread, how many of the blob's bytes are read. */
  public LongConsumer progress() {
    return progress;
  }

  /** The same on {@code count} threads that the verifier makes and ends. */
  public VerifyOptions withThreads(int count) {
    return new VerifyOptions(count, Optional.empty(), sourceTail, progress);
  }

  /**
   * The same on {@code threads} of the caller's, of which up to {@code parallelism} are kept busy.
   * They may be busy with other things, and the executor stays open.
   */
  public VerifyOptions withExecutor(Executor threads, int parallelism) {
    return new VerifyOptions(parallelism, Optional.of(threads), sourceTail, progress);
  }

  /** The same, with the digest of the source told; see {@link StargzVerifier#verify}. */
  public VerifyOptions withSourceTail(long zeros) {
    return new VerifyOptions(threads, executor, OptionalLong.of(zeros), progress);
  }

  /** The same, with {@code listener} told of the progress. */
  public VerifyOptions withProgress(LongConsumer listener) {
    return new VerifyOptions(threads, executor, sourceTail, listener);
  }
}
