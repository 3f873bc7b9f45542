package dev.stargz.format.gzip;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.deflate.DeflateEngine;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Writes uncompressed bytes as gzip members that begin where the caller says. Hashes and counts the
 * uncompressed bytes (diffId), and the payload at the start of each member (chunkDigest).
 *
 * <p>For one thread. Closing it gives up what isn't written yet; {@link #drain()} before that.
 */
public final class MemberWriter implements AutoCloseable {
  /** Where {@link #transfer} takes bytes from. */
  @FunctionalInterface
  public interface Source {
    /** Reads at least one byte and at most {@code length}, or gives -1 at the end. */
    int read(byte[] buffer, int offset, int length) throws IOException;
  }

  private final BlobOutput blob;
  private final DeflateEngine engine;
  private final int level;
  private final BatchPipeline pipeline;
  private final MessageDigest diffId = Digest.sha256();
  private Batch batch;
  private long uncompressedSize;

  /**
   * Creates a writer into {@code blob}, with its first member started.
   *
   * @param engine encodes the members, at {@code level}; one that keeps its encoders for reuse,
   *     since they are asked for often
   * @param executor runs the encoding; stays open
   * @param parallelism how many threads of {@code executor} to keep busy
   * @param heapBound bytes of heap that members in flight may hold
   */
  public MemberWriter(
      BlobOutput blob,
      DeflateEngine engine,
      int level,
      Executor executor,
      int parallelism,
      long heapBound) {
    this.blob = blob;
    this.engine = engine;
    this.level = level;
    this.pipeline = new BatchPipeline(blob, engine, level, executor, parallelism, heapBound);
    this.batch = pipeline.take(0);
    batch.startMember(0, MemberListener.NONE);
  }

  /**
   * Begins a new member. One that stays empty isn't written.
   *
   * @param payloadLength how many of its first bytes are payload, to be hashed
   * @param listener learns where the member came to lie
   */
  public void startMember(int payloadLength, MemberListener listener) throws IOException {
    boolean full = batch.size() + (long) payloadLength > Batch.TARGET;
    if (full && !batch.isEmpty()) {
      submit(payloadLength);
    }
    batch.startMember(payloadLength, listener);
  }

  /** Bytes in the current member so far. */
  public int memberSize() {
    return batch.memberSize();
  }

  /** Appends bytes to the current member. */
  public void write(byte[] bytes, int offset, int length) {
    batch.reserve(length);
    System.arraycopy(bytes, offset, batch.input(), batch.size(), length);
    take(length);
  }

  /**
   * Appends {@code length} bytes from {@code source} to the current member.
   *
   * @param alsoTo is updated with them too, if not null
   * @throws IllegalStateException if the source ends before
   */
  public void transfer(Source source, int length, @Nullable MessageDigest alsoTo)
      throws IOException {
    batch.reserve(length);
    for (int left = length; left > 0; ) {
      int start = batch.size();
      int n = source.read(batch.input(), start, Math.min(left, Batch.TARGET));
      if (n <= 0) {
        throw new IllegalStateException("the source ended " + left + " bytes early");
      }
      if (alsoTo != null) {
        alsoTo.update(batch.input(), start, n);
      }
      take(n);
      left -= n;
    }
  }

  private void take(int length) {
    diffId.update(batch.input(), batch.size(), length);
    batch.advance(length);
    uncompressedSize += length;
  }

  private void submit(int nextPayload) throws IOException {
    pipeline.submit(batch);
    batch = pipeline.take(nextPayload);
  }

  /** Writes all members so far to the blob; afterwards no member is started. */
  public void drain() throws IOException {
    submit(0);
    pipeline.drain();
  }

  /**
   * After {@link #drain()}: a further member, encoded as it is written, by the engine if it
   * {@linkplain DeflateEngine#encodesParts encodes parts}, else by the JDK's encoder, at its
   * highest level if the engine's is above. Closing the stream ends the member.
   */
  public OutputStream streamMember() throws IOException {
    SliceEncoder encoder =
        engine.encodesParts()
            ? new EngineSlices(engine.newDeflater(level))
            : new JdkSlices(Math.min(level, DeflateEngine.jdk().maxLevel()));
    return new UncompressedOutput(new StreamedMember(blob, encoder));
  }

  /** Bytes before compression so far. */
  public long uncompressedSize() {
    return uncompressedSize;
  }

  /** The digest of all bytes before compression; nothing may be written after. */
  public Digest diffId() {
    return Digest.of(diffId);
  }

  @Override
  public void close() {
    pipeline.close();
  }

  /** Hashes and counts what goes into a streamed member. */
  private final class UncompressedOutput extends OutputStream {
    private final OutputStream member;

    UncompressedOutput(OutputStream member) {
      this.member = member;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      diffId.update(bytes, offset, length);
      uncompressedSize += length;
      member.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      member.close();
    }
  }
}
