package dev.stargz.format;

import dev.stargz.format.WriterWarning.Kind;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.deflate.DeflateEngine;
import dev.stargz.format.deflate.DeflaterPool;
import dev.stargz.format.gzip.BlobOutput;
import dev.stargz.format.gzip.MemberWriter;
import dev.stargz.format.tar.TarEntry;
import dev.stargz.format.tar.TarReader;
import dev.stargz.format.toc.Landmark;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Turns one layer into a seekable tar.gz, in one pass. The tar entries come back byte for byte when
 * the blob is decompressed; what little changes is in FORMAT.md, "Faithfulness".
 *
 * <p>A writer holds nothing but its options and may be used any number of times, by several threads
 * too. The bytes don't depend on the number of threads.
 *
 * <p>Memory: about 500 bytes for each tar entry; for members in flight at most {@link
 * WriterOptions#memory()}, or some three times twice the chunk size if that is more. Files are
 * spooled to disk only if some are prioritized. A heap of less than some 100 MB wants {@code
 * -XX:+UseSerialGC}, because G1 gives each array of megabytes regions of its own; and on Java
 * before 22 {@code -XX:+UnlockDiagnosticVMOptions -XX:GCLockerRetryAllocationCount=1000}, because
 * zlib, which decompresses the source, holds up the collector, and an allocation that waited for
 * that twice fails.
 */
public final class StargzWriter {
  /**
   * The number that stands for how this writer makes bytes. It grows with every change after which
   * the same source, options and deflater give another blob; {@link WriterOptions#fingerprint()}
   * starts with it.
   */
  public static final int BYTE_VERSION = 1;

  private final WriterOptions options;

  /** Creates a writer with those options. */
  public StargzWriter(WriterOptions options) {
    this.options = options;
  }

  /**
   * Converts a layer.
   *
   * @param source a tar, plain or compressed with gzip (any number of members) or zstd; read to its
   *     end by the calling thread, left open
   * @param target takes the blob, from the calling thread; flushed and left open. After an
   *     exception what it holds is no blob
   * @return what is true of the blob, all of it written
   * @throws CorruptException if the source is damaged or no tar
   * @throws UnsupportedException if it holds what can't be converted; the message says which option
   *     helps, if one does
   * @throws InterruptedIOException if the thread was interrupted
   */
  public WrittenBlob write(InputStream source, OutputStream target) throws IOException {
    if (options.threads() == 1 || options.executor().isPresent()) {
      return write(source, target, options.executor().orElse(Runnable::run));
    }
    ExecutorService threads = Executors.newFixedThreadPool(options.threads(), daemons());
    try {
      return write(source, target, threads);
    } finally {
      threads.shutdown();
    }
  }

  private static ThreadFactory daemons() {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "stargz-deflate-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  private WrittenBlob write(InputStream source, OutputStream target, Executor executor)
      throws IOException {
    BlobOutput blob = new BlobOutput(target);
    DeflateEngine engine = options.engine();
    try (LayerSource layer = LayerSource.open(source);
        DeflaterPool own = engine instanceof DeflaterPool ? null : new DeflaterPool(engine);
        MemberWriter members =
            new MemberWriter(
                blob,
                own == null ? engine : own,
                options.level(),
                executor,
                options.threads(),
                options.memory())) {
      return new Run(layer, blob, members).write();
    } catch (ClosedByInterruptException e) {
      InterruptedIOException interrupted = new InterruptedIOException("interrupted while spooling");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  /** One conversion. */
  private final class Run {
    private final LayerSource layer;
    private final BlobOutput blob;
    private final Warnings warnings = new Warnings();
    private final EntryFilter filter = new EntryFilter(options.skipUnsupported(), warnings);
    private final TarReader tar;
    private final BlobAssembly assembly;
    private boolean changed;

    Run(LayerSource layer, BlobOutput blob, MemberWriter members) {
      this.layer = layer;
      this.blob = blob;
      this.tar = new TarReader(layer.tar(), 0, options.maxExpandedSize());
      this.assembly = new BlobAssembly(options, warnings, blob, members, this::reportProgress);
    }

    WrittenBlob write() throws IOException {
      if (options.prioritizedFiles().isEmpty()) {
        writeInOrder();
      } else {
        writeReordered();
      }
      if (tar.hasDataBehindEnd()) {
        warnings.add(
            Kind.DATA_BEHIND_END, null, "bytes behind the archive's two zero blocks were dropped");
      }
      return assembly.finish(facts());
    }

    private SourceFacts facts() throws IOException {
      long tail = tar.tail();
      boolean rebuildable = !changed && !tar.hasDataBehindEnd() && tail <= SourceFacts.MAX_TAIL;
      return new SourceFacts(
          layer.position(),
          layer.diffId(),
          rebuildable ? OptionalLong.of(tail) : OptionalLong.empty());
    }

    private void writeInOrder() throws IOException {
      assembly.appendLandmark(Landmark.NO_PREFETCH);
      for (TarEntry entry = next(); entry != null; entry = next()) {
        assembly.append(tar, entry);
      }
    }

    private void reportProgress() {
      options.progress().progress(layer.position(), tar.position(), blob.position());
    }

    /** The next entry that gets into the blob. */
    private @Nullable TarEntry next() throws IOException {
      TarEntry entry = tar.next();
      while (entry != null && !filter.accepts(entry)) {
        changed = true;
        entry = tar.next();
      }
      changed |= entry != null && entry.extras().sparse();
      return entry;
    }

    private void writeReordered() throws IOException {
      try (Spool spool = Spool.create(options.tempDir())) {
        List<TarEntry> entries = new ArrayList<>();
        List<Long> starts = new ArrayList<>();
        for (TarEntry entry = next(); entry != null; entry = next()) {
          entries.add(entry);
          starts.add(spool.append(tar, entry));
          reportProgress();
        }
        Set<Integer> first =
            new EntryOrder(entries, warnings)
                .prioritize(options.prioritizedFiles(), options.missingPrioritized());
        changed |= moves(first);
        replay(spool, entries, starts, first);
      }
    }

    /** Whether the entries that go first don't do so in the source. */
    private static boolean moves(Set<Integer> first) {
      int next = 0;
      for (int index : first) {
        if (index != next++) {
          return true;
        }
      }
      return false;
    }

    private void replay(Spool spool, List<TarEntry> entries, List<Long> starts, Set<Integer> first)
        throws IOException {
      Spool.SpoolInput input = spool.input();
      TarReader spooled = new TarReader(input, 0, 0);
      if (first.isEmpty()) {
        assembly.appendLandmark(Landmark.NO_PREFETCH);
      }
      for (int i : first) {
        input.seek(starts.get(i));
        append(spooled, entries.get(i));
      }
      if (!first.isEmpty()) {
        assembly.appendLandmark(Landmark.PREFETCH);
      }
      for (int i = 0; i < starts.size(); i++) {
        if (!first.contains(i)) {
          input.seek(starts.get(i));
          append(spooled, entries.get(i));
        }
      }
    }

    /** Appends what is spooled as {@code entry}, which knows its place in the source. */
    private void append(TarReader spooled, TarEntry entry) throws IOException {
      if (spooled.next() == null) {
        throw new IllegalStateException("the spooled entry '" + entry.name() + "' is gone");
      }
      assembly.append(spooled, entry);
    }
  }
}
