package dev.stargz.format;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.EntryName;
import dev.stargz.format.deflate.DeflateEngine;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;

/**
 * How a {@link StargzWriter} writes. Immutable.
 *
 * <p>The bytes of a blob depend on format, engine, level, chunk size, prioritized files and {@code
 * skipUnsupported}; on the rest they don't.
 */
public final class WriterOptions {
  /** What to do about a prioritized file that is not in the layer. */
  public enum Missing {
    /** Fail. */
    ERROR,
    /** Go on, with a warning. */
    WARNING
  }

  /** The largest chunk size in bytes: a chunk is held in memory, several times over. */
  public static final int MAX_CHUNK_SIZE = 1 << 28;

  private static final WriterOptions DEFAULTS = builder().build();

  private static final int HEAP_SHARE = 8;
  private static final int CHUNKS_A_THREAD = 4;

  private final BlobFormat format;
  private final DeflateEngine engine;
  private final int level;
  private final int chunkSize;
  private final int threads;
  private final Optional<Executor> executor;
  private final List<EntryName> prioritizedFiles;
  private final Missing missingPrioritized;
  private final boolean skipUnsupported;
  private final long maxExpandedSize;
  private final OptionalLong memory;
  private final Optional<Path> tempDir;
  private final WriterProgress progress;

  private WriterOptions(Builder builder) {
    format = builder.format;
    engine = builder.engine;
    level = builder.level;
    chunkSize = builder.chunkSize;
    threads = builder.threads;
    executor = builder.executor;
    prioritizedFiles = builder.prioritizedFiles;
    missingPrioritized = builder.missingPrioritized;
    skipUnsupported = builder.skipUnsupported;
    maxExpandedSize = builder.maxExpandedSize;
    memory = builder.memory;
    tempDir = builder.tempDir;
    progress = builder.progress;
    check("level", level, engine.minLevel(), engine.maxLevel());
    check("chunkSize", chunkSize, 1, MAX_CHUNK_SIZE);
    check("threads", threads, 1, Short.MAX_VALUE);
    check("maxExpandedSize", maxExpandedSize, 0, Long.MAX_VALUE);
    check("memory", memory.orElse(0), 0, Long.MAX_VALUE);
  }

  private static void check(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + ": expected " + min + " to " + max + ", found " + value);
    }
  }

  /** eStargz, the deflater in Java at level 6, chunks of 4 MiB, all cores, nothing prioritized. */
  public static WriterOptions defaults() {
    return DEFAULTS;
  }

  /** Starts from {@link #defaults()}. */
  public static Builder builder() {
    return new Builder();
  }

  /** The dialect; eStargz unless set. */
  public BlobFormat format() {
    return format;
  }

  /** The DEFLATE encoder; the one in Java unless set. */
  public DeflateEngine engine() {
    return engine;
  }

  /** The engine's level; 6 unless set. */
  public int level() {
    return level;
  }

  /** The most bytes of a file in one chunk, 1 to {@link #MAX_CHUNK_SIZE}; 4 MiB unless set. */
  public int chunkSize() {
    return chunkSize;
  }

  /** How many threads compress, 1 for the calling one alone; one a core unless set. */
  public int threads() {
    return threads;
  }

  /** What runs the compression, if the writer shall not make threads of its own. */
  public Optional<Executor> executor() {
    return executor;
  }

  /** What to put first, in this order, for a reader to prefetch; nothing unless set. */
  public List<EntryName> prioritizedFiles() {
    return prioritizedFiles;
  }

  /** What to do about a prioritized file that is not in the layer; an error unless set. */
  public Missing missingPrioritized() {
    return missingPrioritized;
  }

  /** Whether entries that nothing unpacks are dropped with a warning; an error unless set. */
  public boolean skipUnsupported() {
    return skipUnsupported;
  }

  /** How many bytes the layer's sparse files may have in all; 64 GiB unless set. */
  public long maxExpandedSize() {
    return maxExpandedSize;
  }

  /**
   * The most bytes of heap that members in flight may hold, compressed and not. Unless set: four
   * times the chunk size (or a MiB, if that is more) for each thread and for the caller's, at most
   * an eighth of the heap. More makes nothing faster.
   */
  public long memory() {
    return memory.orElseGet(
        () ->
            Math.min(
                Runtime.getRuntime().maxMemory() / HEAP_SHARE,
                (threads + 1L) * CHUNKS_A_THREAD * Math.max(chunkSize, 1 << 20)));
  }

  /**
   * Where to spool a layer whose entries get another order; the default directory for temporary
   * files unless set.
   */
  public Optional<Path> tempDir() {
    return tempDir;
  }

  /** Learns how far the conversion is. */
  public WriterProgress progress() {
    return progress;
  }

  /** Starts from these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /**
   * What the bytes of a blob depend on besides its source, as one line of ASCII: two runs with the
   * same fingerprint make the same blob of the same source. Such as
   *
   * <pre>
   * 1;estargz;level=6;chunk=4194304;min=0;prio=-;sparse=expand;deflater=java:1
   * </pre>
   *
   * <p>In this order: {@link StargzWriter#BYTE_VERSION}; format; level; chunk size; the smallest
   * chunk (always 0); {@code -} or the SHA-256 of the prioritized files' cleaned names, each ended
   * by a NUL; what becomes of sparse files (always {@code expand}); id and version of the engine at
   * that level. Then {@code ;toc=jdk:VERSION}, if the engine is neither the JDK's nor {@linkplain
   * DeflateEngine#encodesParts encodes parts}, since then the TOC is encoded by the JDK's; {@code
   * ;skip}, if unsupported entries are dropped.
   *
   * <p>Asking takes a few milliseconds: the engines encode a sample.
   */
  public String fingerprint() {
    String deflater = identity(engine, level);
    DeflateEngine jdk = DeflateEngine.jdk();
    if (!engine.id().equals(jdk.id()) && !engine.encodesParts()) {
      deflater += ";toc=" + identity(jdk, Math.min(level, jdk.maxLevel()));
    }
    return StargzWriter.BYTE_VERSION
        + ";"
        + format.name().toLowerCase(Locale.ROOT)
        + ";level="
        + level
        + ";chunk="
        + chunkSize
        + ";min=0;prio="
        + prioritizedDigest()
        + ";sparse=expand;deflater="
        + deflater
        + (skipUnsupported ? ";skip" : "");
  }

  private static String identity(DeflateEngine engine, int level) {
    return engine.id() + ":" + engine.version(level);
  }

  private String prioritizedDigest() {
    if (prioritizedFiles.isEmpty()) {
      return "-";
    }
    MessageDigest sha256 = Digest.sha256();
    for (EntryName file : prioritizedFiles) {
      sha256.update(file.cleaned().bytes());
      sha256.update((byte) 0);
    }
    String digest = Digest.of(sha256).toString();
    return digest.substring(digest.indexOf(':') + 1);
  }

  /** Collects options; what isn't set keeps its default. */
  public static final class Builder {
    private BlobFormat format = BlobFormat.ESTARGZ;
    private DeflateEngine engine = DeflateEngine.java();
    private int level = 6;
    private int chunkSize = 4 << 20;
    private int threads = Runtime.getRuntime().availableProcessors();
    private Optional<Executor> executor = Optional.empty();
    private List<EntryName> prioritizedFiles = List.of();
    private Missing missingPrioritized = Missing.ERROR;
    private boolean skipUnsupported = false;
    private long maxExpandedSize = 64L << 30;
    private OptionalLong memory = OptionalLong.empty();
    private Optional<Path> tempDir = Optional.empty();
    private WriterProgress progress = WriterProgress.NONE;

    private Builder() {}

    private Builder(WriterOptions options) {
      format = options.format;
      engine = options.engine;
      level = options.level;
      chunkSize = options.chunkSize;
      threads = options.threads;
      executor = options.executor;
      prioritizedFiles = options.prioritizedFiles;
      missingPrioritized = options.missingPrioritized;
      skipUnsupported = options.skipUnsupported;
      maxExpandedSize = options.maxExpandedSize;
      memory = options.memory;
      tempDir = options.tempDir;
      progress = options.progress;
    }

    /** Sets {@link WriterOptions#format()}. */
    public Builder format(BlobFormat format) {
      this.format = format;
      return this;
    }

    /** Sets {@link WriterOptions#engine()}. */
    public Builder engine(DeflateEngine engine) {
      this.engine = engine;
      return this;
    }

    /** Sets {@link WriterOptions#level()}. */
    public Builder level(int level) {
      this.level = level;
      return this;
    }

    /** Sets {@link WriterOptions#chunkSize()}. */
    public Builder chunkSize(int chunkSize) {
      this.chunkSize = chunkSize;
      return this;
    }

    /** Sets {@link WriterOptions#threads()}. */
    public Builder threads(int threads) {
      this.threads = threads;
      return this;
    }

    /**
     * Lets {@code executor} compress, of which up to {@code parallelism} threads are kept busy. It
     * is the caller's and stays open.
     */
    public Builder executor(Executor executor, int parallelism) {
      this.executor = Optional.of(executor);
      this.threads = parallelism;
      return this;
    }

    /** Sets {@link WriterOptions#prioritizedFiles()}. */
    public Builder prioritizedFiles(List<EntryName> prioritizedFiles) {
      this.prioritizedFiles = List.copyOf(prioritizedFiles);
      return this;
    }

    /** Sets {@link WriterOptions#missingPrioritized()}. */
    public Builder missingPrioritized(Missing missingPrioritized) {
      this.missingPrioritized = missingPrioritized;
      return this;
    }

    /** Sets {@link WriterOptions#skipUnsupported()}. */
    public Builder skipUnsupported(boolean skipUnsupported) {
      this.skipUnsupported = skipUnsupported;
      return this;
    }

    /** Sets {@link WriterOptions#maxExpandedSize()}. */
    public Builder maxExpandedSize(long maxExpandedSize) {
      this.maxExpandedSize = maxExpandedSize;
      return this;
    }

    /** Sets {@link WriterOptions#memory()}. */
    public Builder memory(long bytes) {
      this.memory = OptionalLong.of(bytes);
      return this;
    }

    /** Sets {@link WriterOptions#tempDir()}. */
    public Builder tempDir(Path tempDir) {
      this.tempDir = Optional.of(tempDir);
      return this;
    }

    /** Sets {@link WriterOptions#progress()}. */
    public Builder progress(WriterProgress progress) {
      this.progress = progress;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException if one has a value that can't be
     */
    public WriterOptions build() {
      return new WriterOptions(this);
    }
  }
}
