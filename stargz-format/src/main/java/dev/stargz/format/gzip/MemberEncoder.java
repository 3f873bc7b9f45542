package dev.stargz.format.gzip;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.deflate.DeflateBuffer;
import dev.stargz.format.deflate.RawDeflater;
import java.security.MessageDigest;
import java.util.zip.CRC32;

/** Turns bytes into one gzip member, and hashes them. For one thread at a time. */
final class MemberEncoder {
  /** RFC 1952: magic, CM deflate, no flags, MTIME 0, XFL 0, OS unknown. FORMAT.md, "Members". */
  static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private final CRC32 crc = new CRC32();
  private final MessageDigest sha256 = Digest.sha256();

  /** Appends the member of {@code input[offset, offset + length)} to {@code output}. */
  void encode(RawDeflater deflater, byte[] input, int offset, int length, DeflateBuffer output) {
    output.append(HEADER, 0, HEADER.length);
    deflater.deflate(input, offset, length, output);
    crc.reset();
    crc.update(input, offset, length);
    output.appendIntLe((int) crc.getValue());
    output.appendIntLe(length);
  }

  Digest digest(byte[] input, int offset, int length) {
    sha256.update(input, offset, length);
    return Digest.of(sha256);
  }
}
