package dev.stargz.format.gzip;

import dev.stargz.format.blob.Digest;
import dev.stargz.format.deflate.DeflateBuffer;
import dev.stargz.format.deflate.RawDeflater;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Members that travel together, so that tiny ones don't cost a task each: filled by the writing
 * thread, {@linkplain #encode encoded} by any one, {@linkplain #emit emitted} by the writing thread
 * again. Buffers are kept for the next use.
 */
final class Batch {
  /** A batch is full when it holds this much; a member of more has one to itself. */
  static final int TARGET = 1 << 18;

  /** One member: where it starts in the input, how much of it is payload, what came of it. */
  private static final class Member {
    final int start;
    final int payloadLength;
    final MemberListener listener;
    int compressedEnd;
    @Nullable Digest payload;

    Member(int start, int payloadLength, MemberListener listener) {
      this.start = start;
      this.payloadLength = payloadLength;
      this.listener = listener;
    }
  }

  /** For the padding and headers that follow a payload. */
  private static final int SPARE = TARGET / 2;

  private byte[] input;
  private int size;
  private final List<Member> members = new ArrayList<>();
  private final DeflateBuffer output = new DeflateBuffer();
  private final MemberEncoder encoder = new MemberEncoder();

  /** An empty batch with room for a payload of {@code payloadLength} bytes, or for small ones. */
  Batch(int payloadLength) {
    input = new byte[room(Math.max(payloadLength, TARGET))];
  }

  /** In steps, so that a batch that is used again is large enough more often. */
  private static int room(int length) {
    return length <= TARGET ? TARGET + SPARE : (length + SPARE + TARGET - 1) / TARGET * TARGET;
  }

  /** Whether that much payload fits without another array. */
  boolean hasRoom(int payloadLength) {
    return input.length >= room(payloadLength);
  }

  /** Starts a member whose first {@code payloadLength} bytes are payload, to be hashed. */
  void startMember(int payloadLength, MemberListener listener) {
    members.add(new Member(size, payloadLength, listener));
    reserve(payloadLength);
  }

  /** Makes room for {@code more} bytes behind {@link #size()}. */
  void reserve(int more) {
    if (input.length - size < more) {
      input = Arrays.copyOf(input, room(size + more));
    }
  }

  /** The bytes; room behind {@link #size()} after {@link #reserve}. */
  byte[] input() {
    return input;
  }

  int size() {
    return size;
  }

  /** Takes {@code n} bytes as appended that were put into the input at {@link #size()}. */
  void advance(int n) {
    size += n;
  }

  /** Bytes in the member that was started last. */
  int memberSize() {
    return size - members.get(members.size() - 1).start;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Heap that the buffers may hold, in bytes: the output seldom needs more than the input. */
  long capacity() {
    return 2L * input.length;
  }

  void encode(RawDeflater deflater) {
    output.reserve(size / 2); // about what it becomes, instead of growing to it
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      int end = i + 1 < members.size() ? members.get(i + 1).start : size;
      if (member.payloadLength > 0) {
        member.payload = encoder.digest(input, member.start, member.payloadLength);
      }
      if (end > member.start) {
        encoder.encode(deflater, input, member.start, end - member.start, output);
      }
      member.compressedEnd = output.length();
    }
  }

  void emit(BlobOutput blob) throws IOException {
    long offset = blob.position();
    int start = 0;
    blob.write(output.array(), 0, output.length());
    for (Member member : members) {
      member.listener.memberWritten(offset + start, member.payload);
      start = member.compressedEnd;
    }
  }

  void clear() {
    size = 0;
    members.clear();
    output.clear();
  }
}
