package dev.stargz.local;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Names of a tar's members, as text: no file of this machine is ever asked. */
final class MemberName {
  private MemberName() {}

  /**
   * The plain form of a name: without {@code .}, {@code ..} and empty parts.
   *
   * @return nothing if the name is absolute or leads out of the root
   */
  static Optional<String> parse(String name) {
    if (name.startsWith("/")) {
      return Optional.empty();
    }
    Deque<String> parts = new ArrayDeque<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..")) {
        if (parts.pollLast() == null) {
          return Optional.empty();
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return Optional.of(String.join("/", parts));
  }
}
