package dev.stargz.registry;

import java.net.URI;
import java.util.Optional;

/**
 * What tells a resource from what may stand in its place later. RFC 9110, 8.8.
 *
 * @param size in bytes
 * @param uri who said so: different servers may give the same file different tags
 * @param etag its tag, if there is one
 * @param lastModified when it was changed, if that is said
 */
record Version(long size, URI uri, Optional<String> etag, Optional<String> lastModified) {
  static Version of(Response answer, long size) {
    return new Version(size, answer.uri(), answer.header("ETag"), answer.header("Last-Modified"));
  }

  /** How a later answer differs, in words; nothing if it may be of the same resource. */
  Optional<String> difference(Version later) {
    if (size != later.size) {
      return Optional.of("its size was " + size + ", and is " + later.size);
    }
    boolean sameServer = Repository.Origin.of(uri).equals(Repository.Origin.of(later.uri));
    if (sameServer && etag.isPresent() && later.etag.isPresent()) {
      return differing("ETag", etag.get(), later.etag.get());
    }
    return lastModified.isPresent() && later.lastModified.isPresent()
        ? differing("Last-Modified", lastModified.get(), later.lastModified.get())
        : Optional.empty();
  }

  private static Optional<String> differing(String header, String was, String is) {
    return was.equals(is)
        ? Optional.empty()
        : Optional.of(
            "its " + header + " was " + Redaction.of(was) + ", and is " + Redaction.of(is));
  }
}
