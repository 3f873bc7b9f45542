package dev.stargz.registry;

import dev.stargz.image.JsonArray;
import dev.stargz.image.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a registry says went wrong. OCI distribution spec, "Error Codes".
 *
 * @param code such as {@code MANIFEST_UNKNOWN}; empty if it said none
 * @param message for people, on one line, without secrets
 */
record OciError(String code, String message) {
  /** Reads the body of an error; whatever it is, this doesn't fail. */
  static List<OciError> parse(byte[] body) {
    try {
      JsonObject json = JsonObject.parse(body);
      return json.array("errors").orElse(JsonArray.EMPTY).objects().map(OciError::of).toList();
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  private static OciError of(JsonObject error) {
    String code = error.string("code").orElse("").strip();
    return new OciError(
        code.matches("[A-Z][A-Z0-9_]{1,60}") ? code : Redaction.of(code),
        Redaction.of(error.string("message").orElse("")));
  }

  /** What a body says, on one line; empty if it is nothing that people read. */
  static String text(byte[] body, String contentType) {
    List<OciError> errors = parse(body);
    if (!errors.isEmpty()) {
      return String.join("; ", errors.stream().map(OciError::toString).toList());
    }
    boolean page = contentType.contains("html");
    return page ? "" : Redaction.of(new String(body, StandardCharsets.UTF_8));
  }

  /** Code and message. */
  @Override
  public String toString() {
    return code.isEmpty() ? message : message.isEmpty() ? code : code + ": " + message;
  }
}
