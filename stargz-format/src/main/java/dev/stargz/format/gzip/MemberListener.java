package dev.stargz.format.gzip;

import dev.stargz.format.blob.Digest;
import org.jspecify.annotations.Nullable;

/** Learns where a member came to lie. Called by the thread that writes, in the members' order. */
@FunctionalInterface
public interface MemberListener {
  /** Wants to know nothing. */
  MemberListener NONE = (offset, payload) -> {};

  /**
   * The member was written.
   *
   * @param offset of its first byte in the blob
   * @param payload digest of the payload at its start, or null if it has none
   */
  void memberWritten(long offset, @Nullable Digest payload);
}
