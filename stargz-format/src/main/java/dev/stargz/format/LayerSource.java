package dev.stargz.format;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import dev.stargz.format.blob.CorruptException;
import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.UnsupportedException;
import dev.stargz.format.gzip.ArrayInput;
import dev.stargz.format.gzip.GzipInput;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.HexFormat;

/**
 * A layer as it was given, and the tar in it: gzip, zstd, or nothing around it, told apart by the
 * first bytes. Closing it frees the decoders and leaves the caller's stream open.
 */
final class LayerSource implements Closeable {
  private static final int BUFFER = 1 << 16;
  private static final int MAGIC_SIZE = 6;
  private static final String GZIP = "1f8b";
  private static final String ZSTD = "28b52ffd";
  private static final String ZSTD_SKIPPABLE = "5[0-9a-f]2a4d18.*";
  private static final String XZ = "fd377a585a00";
  private static final String BZIP2 = "425a683[1-9](3141|1772)"; // its block or its end

  private final CountingInput source;
  private final InputStream decoded;
  private final HashedInput hashed;
  private final InputStream tar;

  private LayerSource(CountingInput source, InputStream decoded) {
    this.source = source;
    this.decoded = decoded;
    this.hashed = new HashedInput(decoded::read);
    this.tar = new BufferedInputStream(hashed, BUFFER); // headers are read block by block
  }

  /**
   * Looks at the first bytes of {@code in}.
   *
   * @throws UnsupportedException if they are those of another compression
   */
  static LayerSource open(InputStream in) throws IOException {
    PushbackInputStream pushback = new PushbackInputStream(in, MAGIC_SIZE);
    byte[] start = pushback.readNBytes(MAGIC_SIZE);
    pushback.unread(start);
    CountingInput source = new CountingInput(pushback);
    String magic = HexFormat.of().formatHex(start);
    if (magic.startsWith(GZIP)) {
      return new LayerSource(source, new GzipInput(source, Location::inSource));
    }
    if (magic.startsWith(ZSTD) || magic.matches(ZSTD_SKIPPABLE)) {
      return new LayerSource(source, Zstd.open(source));
    }
    if (magic.startsWith(XZ) || magic.matches(BZIP2)) {
      throw new UnsupportedException(
          "compressed with "
              + (magic.startsWith(XZ) ? "xz" : "bzip2")
              + ": expected gzip, zstd or a plain tar; decompress it first",
          Location.inSource(0));
    }
    return new LayerSource(source, source);
  }

  /** The uncompressed tar. */
  InputStream tar() {
    return tar;
  }

  /** Bytes read from the source so far, compressed as it is. */
  long position() {
    return source.position;
  }

  /** Reads what is left of the tar; returns the digest of all of it, its end included. */
  Digest diffId() throws IOException {
    return hashed.readToEnd();
  }

  @Override
  public void close() throws IOException {
    decoded.close();
  }

  /** Counts what is read and keeps the stream below open. */
  private static final class CountingInput extends FilterInputStream {
    private long position;

    CountingInput(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      position += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = super.read(buffer, offset, length);
      position += Math.max(n, 0);
      return n;
    }

    @Override
    public void close() {}
  }

  /** Everything that needs zstd-jni, which an embedder may have left out. */
  private static final class Zstd extends ArrayInput {
    private final CountingInput source;
    private final ZstdInputStream in;

    private Zstd(CountingInput source) throws IOException {
      this.source = source;
      this.in = new ZstdInputStream(source);
    }

    static InputStream open(CountingInput source) throws IOException {
      try {
        return new Zstd(source);
      } catch (LinkageError e) {
        throw new UnsupportedException(
            "compressed with zstd: add the library com.github.luben:zstd-jni to read it",
            Location.inSource(0),
            e);
      }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return in.read(buffer, offset, length);
      } catch (ZstdIOException e) {
        throw new CorruptException(
            "damaged zstd data (" + e.getMessage() + ")", Location.inSource(source.position), e);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
