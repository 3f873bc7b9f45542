package dev.stargz.conformance;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request that a registry has answered, as its access log has it.
 *
 * @param method {@code GET} and so on
 * @param path without the query
 * @param query without its question mark, empty if there was none
 * @param status the answer's; 206 is a part of a blob
 * @param bytes the answer's body's length
 */
record Access(String method, String path, String query, int status, long bytes) {
  private static final Pattern LINE =
      Pattern.compile("\"([A-Z]+) ([^ ?\"]*)\\??([^ \"]*) HTTP/1\\.1\" (\\d{3}) (\\d+) .*");

  private static final Pattern DIGEST = Pattern.compile("sha256(?::|%3A)([0-9a-f]{64})");

  /** The requests of a log in the format of web servers. */
  static List<Access> parse(String log) {
    return log.lines().map(Access::parseLine).flatMap(Optional::stream).toList();
  }

  private static Optional<Access> parseLine(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.find()) {
      return Optional.empty();
    }
    return Optional.of(
        new Access(
            matcher.group(1),
            matcher.group(2),
            matcher.group(3),
            Integer.parseInt(matcher.group(4)),
            Long.parseLong(matcher.group(5))));
  }

  /** Whether it gave out a blob or a part of it. */
  boolean pullsBlob() {
    return method.equals("GET") && path.contains("/blobs/sha256:") && status < 300;
  }

  /** Whether it gave out a whole blob. */
  boolean pullsWholeBlob() {
    return pullsBlob() && status == 200;
  }

  /** Whether it brought a blob, or a part of one. */
  boolean pushesBlob() {
    return path.contains("/blobs/uploads/") && List.of("PUT", "PATCH").contains(method);
  }

  /** The digest of the blob or manifest that it is about; empty if it doesn't say. */
  String digest() {
    Matcher matcher = DIGEST.matcher(method.equals("PUT") ? path + "?" + query : path);
    return matcher.find() ? "sha256:" + matcher.group(1) : "";
  }

  /** Whether it is about this blob. */
  boolean names(String digest) {
    return digest().equals(digest);
  }
}
