package dev.stargz.format.blob;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A blob in a file, read through one channel with positional reads. */
final class FileSource implements RandomAccessSource {
  private final FileChannel channel;

  private FileSource(FileChannel channel) {
    this.channel = channel;
  }

  static FileSource open(Path file) throws IOException {
    return new FileSource(FileChannel.open(file));
  }

  @Override
  public Tail readTail(int length) throws IOException {
    long size = channel.size();
    int n = (int) Math.min(length, size);
    return new Tail(readFully(new Range(size - n, n)), size);
  }

  @Override
  public List<byte[]> read(List<Range> ranges) throws IOException {
    List<byte[]> parts = new ArrayList<>(ranges.size());
    for (Range range : ranges) {
      if (range.offset() > channel.size() - range.length()) {
        throw new EOFException(range + " ends behind the source's " + channel.size() + " bytes");
      }
      parts.add(readFully(range));
    }
    return parts;
  }

  private byte[] readFully(Range range) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(range.length());
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, range.offset() + buffer.position()) < 0) {
        throw new EOFException(range + " ends behind the end of a file that shrank");
      }
    }
    return buffer.array();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
