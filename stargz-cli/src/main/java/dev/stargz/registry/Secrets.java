package dev.stargz.registry;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Takes secrets that were sent out of what servers answer: some repeat what they were told. */
final class Secrets {
  // A shorter one would be found in words that have nothing to do with it.
  private static final int SHORTEST = 4;

  private Secrets() {}

  /** The same text, without secrets. */
  static byte[] removed(byte[] body, Set<String> secrets) {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    String shown = text;
    for (String secret : secrets) {
      if (secret.length() >= SHORTEST) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        shown = shown.replace(new String(bytes, StandardCharsets.ISO_8859_1), "...");
      }
    }
    return shown.equals(text) ? body : shown.getBytes(StandardCharsets.ISO_8859_1);
  }
}
