package dev.stargz.format.gzip;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.blob.Location;
import dev.stargz.format.blob.StargzException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stretch decompressed.
 *
 * @param bytes what it holds, then bytes that mean nothing
 * @param size how many of them it holds
 * @param members in their order
 */
@SuppressWarnings("ArrayRecordComponent") // a hand-over, never compared
record DecodedStretch(byte[] bytes, int size, List<Member> members) {
  /** Bytes that are decompressed in one go, while they are in the processor's cache. */
  private static final int PIECE = 1 << 16;

  private static final int BLOCK = 1 << 12;

  /**
   * A member.
   *
   * @param offset of its first byte in the blob
   * @param start of its content in the stretch decompressed
   * @param hashed how many bytes from there {@code digest} is of
   * @param digest of those that were to be hashed; null if there are none
   */
  record Member(long offset, int start, long hashed, @Nullable Digest digest) {}

  /**
   * Decompresses a stretch.
   *
   * @param compressed all of its bytes
   * @param limit the most bytes that it may hold decompressed
   * @return nothing if it isn't a row of whole, undamaged members, or holds more than that
   */
  static Optional<DecodedStretch> decode(Stretch stretch, byte[] compressed, int limit) {
    List<Member> members = new ArrayList<>();
    byte[] bytes = new byte[(int) Math.min(limit, stretch.estimate() + BLOCK)];
    int size = 0;
    try (GzipInput in =
        new GzipInput(
            new ByteArrayInputStream(compressed),
            stretch.start(),
            Location::inBlob,
            (offset, start) -> members.add(new Member(offset, (int) start, 0, null)))) {
      for (int n = 0; n >= 0; n = in.read(bytes, size, Math.min(PIECE, bytes.length - size))) {
        size += n;
        if (size == bytes.length) {
          // one byte more than the limit shows that there are more
          bytes = Arrays.copyOf(bytes, (int) Math.min(limit + 1L, 2L * size + BLOCK));
        }
        if (size > limit) {
          return Optional.empty();
        }
      }
    } catch (StargzException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IllegalStateException("an array can be read", e);
    }
    return Optional.of(new DecodedStretch(bytes, size, hash(stretch, bytes, size, members)));
  }

  /** The same members, with the digests of the parts that lie in them. */
  private static List<Member> hash(Stretch stretch, byte[] bytes, int size, List<Member> members) {
    List<Member> hashed = new ArrayList<>(members.size());
    MessageDigest sha256 = Digest.sha256();
    int next = 0;
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      int end = i + 1 < members.size() ? members.get(i + 1).start() : size;
      while (next < stretch.parts().size()
          && stretch.parts().get(next).offset() < member.offset()) {
        next++;
      }
      boolean named =
          next < stretch.parts().size() && stretch.parts().get(next).offset() == member.offset();
      long length = named ? stretch.parts().get(next).size() : 0;
      if (length > 0 && length <= end - member.start()) {
        sha256.update(bytes, member.start(), (int) length);
        member = new Member(member.offset(), member.start(), length, Digest.of(sha256));
      }
      hashed.add(member);
    }
    return hashed;
  }
}
