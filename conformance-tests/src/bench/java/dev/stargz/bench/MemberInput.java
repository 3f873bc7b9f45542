package dev.stargz.bench;

import dev.stargz.format.blob.Location;
import dev.stargz.format.gzip.GzipInput;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The members of a blob, each decompressed. */
final class MemberInput implements Closeable {
  private static final int BUFFER = 1 << 16;

  private final InputStream file;
  private final GzipInput in;
  private final ByteArrayOutputStream member = new ByteArrayOutputStream();
  private final List<byte[]> batch = new ArrayList<>();
  private final byte[] buffer = new byte[BUFFER];
  private boolean startsNext;

  MemberInput(Path blob) throws IOException {
    file = Files.newInputStream(blob);
    in = new GzipInput(file, 0, Location::inBlob, (compressed, uncompressed) -> startsNext = true);
  }

  /** The next members, of some {@code bytes} together; none at the end. */
  List<byte[]> next(int bytes) throws IOException {
    batch.clear();
    int size = 0;
    while (size < bytes) {
      int n = in.read(buffer, 0, BUFFER);
      if (startsNext || n < 0) {
        size += member.size();
        endMember();
      }
      if (n < 0) {
        break;
      }
      member.write(buffer, 0, n);
    }
    return List.copyOf(batch);
  }

  private void endMember() {
    startsNext = false;
    if (member.size() > 0) {
      batch.add(member.toByteArray());
      member.reset();
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
    file.close();
  }
}
