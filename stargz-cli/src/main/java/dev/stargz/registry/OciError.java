package dev.stargz.registry;

import dev.stargz.image.JsonArray;
import dev.stargz.image.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a registry says went wrong. OCI distribution spec, "Error Codes".
 *
 * @param code such as {@code MANIFEST_UNKNOWN}; empty if it said none
 * @param message for people, on one line, without secrets
 */
record OciError(String code, String message) {
  private static final Pattern MARKUP = Pattern.compile("<(Code|Message)>([^<]{1,200})<");

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
      return Redaction.of(String.join("; ", errors.stream().map(OciError::toString).toList()));
    }
    String text = new String(body, StandardCharsets.UTF_8).strip();
    if (text.startsWith("<")) {
      return markup(text);
    }
    return contentType.contains("html") ? "" : Redaction.of(text);
  }

  /** Stores answer in XML, which repeats the signature that it is about; pages say nothing. */
  private static String markup(String text) {
    return MARKUP
        .matcher(text)
        .results()
        .limit(2)
        .map(element -> Redaction.of(element.group(2)))
        .collect(Collectors.joining(": "));
  }

  /** Code and message. */
  @Override
  public String toString() {
    return code.isEmpty() ? message : message.isEmpty() ? code : code + ": " + message;
  }
}
