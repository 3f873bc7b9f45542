package dev.stargz.registry;

import dev.stargz.image.ImageException;
import java.io.Closeable;
import java.io.IOException;
import java.util.OptionalLong;

/** Asks for parts of one resource, wherever it is. May be used by several threads. */
interface PartRequests extends Closeable {
  /** How it is asked. */
  RegistryHttp http();

  /** The request for all of it. */
  Request home();

  /** Who and what, for messages: ends with a colon and a space. */
  String where();

  /** The size in bytes, if it is known before anything was read. */
  OptionalLong knownSize();

  /** Whether another one may stand there at any time; else a digest names it. */
  boolean mayChange();

  /**
   * Asks for a part.
   *
   * @param range such as {@code bytes=0-9}
   * @return the answer, whatever its status; the caller closes it
   */
  Response part(String range) throws IOException;

  /** The error that an answer is. */
  ImageException refused(Response answer);

  /** The error that it is to send all of a large resource to who wants a part. */
  ImageException withoutParts();

  @Override
  void close() throws IOException;
}
