package dev.stargz.registry;

import java.time.Instant;

/**
 * Leave to do something for a while.
 *
 * @param value what is sent; never shown
 * @param expires when it ends
 */
record Token(String value, Instant expires) {
  @Override
  public String toString() {
    return "a token until " + expires;
  }
}
