package dev.stargz.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The part of a config that tells how the image came to be, an entry a step. */
final class History {
  private History() {}

  /**
   * The config of an image whose layers were all replaced by one: the entries stay, none of them
   * with a layer now; a last one has it.
   *
   * @param createdBy what the last entry says
   */
  static JsonObject replaced(JsonObject config, String createdBy) {
    List<JsonValue> entries = new ArrayList<>();
    config
        .array("history")
        .orElse(JsonArray.EMPTY)
        .objects()
        .forEach(entry -> entries.add(entry.with("empty_layer", JsonScalar.of(true))));
    JsonObject last = JsonObject.EMPTY;
    Optional<String> created = config.string("created");
    if (created.isPresent()) {
      last = last.with("created", created.get()); // some tools stumble over an entry without
    }
    entries.add(last.with("created_by", createdBy));
    return config.with("history", new JsonArray(entries));
  }
}
