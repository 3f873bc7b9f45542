package dev.stargz.format;

import dev.stargz.format.tar.TarEntry;
import dev.stargz.format.tar.TarReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The entries of a layer in a temporary file, to be read again in any order. */
final class Spool implements Closeable {
  private static final int BUFFER = 1 << 17;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private long size;

  private Spool(FileChannel channel) {
    this.channel = channel;
  }

  /** A spool in {@code tempDir}; its file is gone when the spool is closed or the process ends. */
  static Spool create(Optional<Path> tempDir) throws IOException {
    Path file =
        tempDir.isPresent()
            ? Files.createTempFile(tempDir.get(), "stargz-", ".tar")
            : Files.createTempFile("stargz-", ".tar");
    return new Spool(
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE));
  }

  /** Appends the entry that {@code tar} stands at; returns where it starts. */
  long append(TarReader tar, TarEntry entry) throws IOException {
    long start = size;
    write(ByteBuffer.wrap(tar.header(), 0, tar.headerLength()));
    if (entry.size() > 0) {
      buffer.clear();
      int n;
      while ((n = tar.read(buffer.array(), 0, BUFFER)) > 0) {
        write(ByteBuffer.wrap(buffer.array(), 0, n));
      }
      write(ByteBuffer.wrap(tar.padding()));
    }
    return start;
  }

  /** Appends bytes; returns where they start. */
  long append(byte[] bytes) throws IOException {
    long start = size;
    write(ByteBuffer.wrap(bytes));
    return start;
  }

  /** Bytes that were appended so far. */
  long size() {
    return size;
  }

  /** Reads bytes that were appended. */
  byte[] read(long start, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, start + bytes.position()) < 0) {
        throw new EOFException("the temporary file was cut");
      }
    }
    return bytes.array();
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      size += channel.write(bytes);
    }
  }

  /** Reads what was spooled; moved to an entry's start by {@link SpoolInput#seek}. */
  SpoolInput input() {
    return new SpoolInput();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** The spool's bytes from a place on. */
  final class SpoolInput extends InputStream {
    private long bufferStart;

    private SpoolInput() {
      buffer.clear().limit(0);
    }

    void seek(long position) {
      long inBuffer = position - bufferStart;
      if (inBuffer >= 0 && inBuffer <= buffer.limit()) {
        buffer.position((int) inBuffer);
      } else {
        bufferStart = position;
        buffer.clear().limit(0);
      }
    }

    @Override
    public int read() throws IOException {
      return fill() ? buffer.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (!fill()) {
        return -1;
      }
      int n = Math.min(length, buffer.remaining());
      buffer.get(bytes, offset, n);
      return n;
    }

    private boolean fill() throws IOException {
      if (!buffer.hasRemaining()) {
        bufferStart += buffer.limit();
        buffer.clear();
        int n = channel.read(buffer, bufferStart);
        buffer.position(0).limit(Math.max(0, n));
      }
      return buffer.hasRemaining();
    }
  }
}
