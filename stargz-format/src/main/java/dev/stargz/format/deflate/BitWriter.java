package dev.stargz.format.deflate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Appends bits, the lowest of a byte first (RFC 1951, 3.1.1). Whoever writes {@linkplain #reserve
 * makes room} before: a block's size is known before it is written.
 */
final class BitWriter {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private DeflateBuffer output;
  private long bits;
  private int count;

  BitWriter() {
    output = new DeflateBuffer();
  }

  /** Starts at the end of {@code output}, on a byte boundary. */
  void start(DeflateBuffer output) {
    this.output = output;
    bits = 0;
    count = 0;
  }

  /** Makes room for as many bits. */
  void reserve(long more) {
    output.reserve((int) (more >>> 3) + 2 * Long.BYTES);
  }

  /** Appends the lowest {@code n} bits of {@code value}, 0 to 32 of them; the others are 0. */
  void put(int value, int n) {
    bits |= (value & 0xffffffffL) << count;
    count += n;
    flush();
  }

  /** Writes the whole bytes; fewer than 8 bits stay. */
  private void flush() {
    LONGS.set(output.array(), output.length(), bits);
    output.advance(count >>> 3);
    bits >>>= count & ~7;
    count &= 7;
  }

  /** How many bits are missing to the next byte boundary. */
  int toByteBoundary() {
    return -count & 7;
  }

  /** Fills up to the next byte boundary, with zeros. */
  void align() {
    put(0, toByteBoundary());
  }

  /** Appends bytes, on a byte boundary. */
  void put(byte[] source, int offset, int length) {
    output.append(source, offset, length);
  }

  /**
   * Appends tokens in the codes of a block, those of distances by slot. The bits are in local
   * variables here, and go out once a token: 7 that are left, and 48 of the longest token (15 + 5 +
   * 15 + 13).
   */
  void putTokens(int[] tokens, int n, int[] literalCodes, int[] distanceCodes) {
    byte[] array = output.array();
    int at = output.length();
    long pending = bits;
    int pendingBits = count;
    for (int i = 0; i < n; i++) {
      int token = tokens[i];
      if (Symbols.isLiteral(token)) {
        int code = literalCodes[token];
        pending |= (long) PrefixCode.bits(code) << pendingBits;
        pendingBits += PrefixCode.length(code);
      } else {
        int info = Symbols.info(token);
        int code = literalCodes[Symbols.symbol(info)];
        pending |= (long) PrefixCode.bits(code) << pendingBits;
        pendingBits += PrefixCode.length(code);
        pending |= (long) Symbols.extra(info) << pendingBits;
        pendingBits += Symbols.extraBits(info);
        int slot = Symbols.distanceSlot(token);
        int distanceCode = distanceCodes[slot];
        pending |= (long) PrefixCode.bits(distanceCode) << pendingBits;
        pendingBits += PrefixCode.length(distanceCode);
        int extraBits = Symbols.distanceExtraBits(slot - 1);
        pending |= (long) ((Symbols.distance(token) - 1) & ((1 << extraBits) - 1)) << pendingBits;
        pendingBits += extraBits;
      }
      LONGS.set(array, at, pending);
      at += pendingBits >>> 3;
      pending >>>= pendingBits & ~7;
      pendingBits &= 7;
    }
    output.advance(at - output.length());
    bits = pending;
    count = pendingBits;
  }
}
