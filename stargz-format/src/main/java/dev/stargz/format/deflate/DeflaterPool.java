package dev.stargz.format.deflate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * An engine whose encoders, when they are closed, are kept for whoever asks for the next one: for
 * conversions that run at once or one after the other. There are never more than worked at the same
 * time, and making one costs as much as many small members.
 *
 * <p>Closing the pool frees the idle encoders, and those at work when they are closed themselves.
 * Safe for many threads; the bytes are those of the engine.
 */
public final class DeflaterPool implements DeflateEngine, AutoCloseable {
  private final DeflateEngine engine;
  private final Map<Integer, Deque<RawDeflater>> idle = new HashMap<>();
  private boolean closed;

  /** An empty pool of {@code engine}'s encoders. */
  public DeflaterPool(DeflateEngine engine) {
    this.engine = engine;
  }

  @Override
  public String id() {
    return engine.id();
  }

  @Override
  public String version(int level) {
    return engine.version(level);
  }

  @Override
  public int minLevel() {
    return engine.minLevel();
  }

  @Override
  public int maxLevel() {
    return engine.maxLevel();
  }

  @Override
  public boolean encodesParts() {
    return engine.encodesParts();
  }

  @Override
  public RawDeflater newDeflater(int level) {
    RawDeflater deflater;
    synchronized (idle) {
      deflater = idle.computeIfAbsent(level, any -> new ArrayDeque<>()).poll();
    }
    return new Lease(level, deflater == null ? engine.newDeflater(level) : deflater);
  }

  private void giveBack(int level, RawDeflater deflater) {
    synchronized (idle) {
      if (!closed) {
        idle.computeIfAbsent(level, any -> new ArrayDeque<>()).push(deflater);
        return;
      }
    }
    deflater.close();
  }

  /** Frees the idle encoders; a second call does nothing. */
  @Override
  public void close() {
    synchronized (idle) {
      closed = true;
      idle.values().forEach(deflaters -> deflaters.forEach(RawDeflater::close));
      idle.clear();
    }
  }

  /** An encoder for as long as somebody has it. */
  private final class Lease implements RawDeflater {
    private final int level;
    private final RawDeflater deflater;
    private boolean over;

    Lease(int level, RawDeflater deflater) {
      this.level = level;
      this.deflater = deflater;
    }

    @Override
    public void deflate(byte[] input, int offset, int length, DeflateBuffer output) {
      checkOpen();
      deflater.deflate(input, offset, length, output);
    }

    @Override
    public void deflatePart(byte[] input, int offset, int length, DeflateBuffer output) {
      checkOpen();
      deflater.deflatePart(input, offset, length, output);
    }

    private void checkOpen() {
      if (over) {
        throw new IllegalStateException("the encoder is closed");
      }
    }

    @Override
    public void close() {
      if (!over) {
        over = true;
        giveBack(level, deflater);
      }
    }
  }
}
