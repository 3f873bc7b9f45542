package dev.stargz.format.gzip;

import dev.stargz.format.deflate.DeflateEngine;
import java.util.ArrayDeque;
import java.util.Deque;

/** Idle encoders: as many as ever worked at once. Closing ends them, those at work on return. */
final class EncoderPool implements AutoCloseable {
  private final DeflateEngine engine;
  private final int level;
  private final Deque<MemberEncoder> idle = new ArrayDeque<>();
  private boolean closed;

  EncoderPool(DeflateEngine engine, int level) {
    this.engine = engine;
    this.level = level;
  }

  MemberEncoder take() {
    synchronized (idle) {
      MemberEncoder encoder = idle.poll();
      if (encoder != null) {
        return encoder;
      }
    }
    return new MemberEncoder(engine.newDeflater(level));
  }

  void giveBack(MemberEncoder encoder) {
    synchronized (idle) {
      if (!closed) {
        idle.push(encoder);
        return;
      }
    }
    encoder.close();
  }

  @Override
  public void close() {
    synchronized (idle) {
      closed = true;
      idle.forEach(MemberEncoder::close);
      idle.clear();
    }
  }
}
