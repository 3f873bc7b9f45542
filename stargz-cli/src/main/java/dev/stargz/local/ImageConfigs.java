package dev.stargz.local;

import dev.stargz.image.JsonArray;
import dev.stargz.image.JsonObject;
import java.util.List;

/** What an archive must know of an image's config. */
final class ImageConfigs {
  private ImageConfigs() {}

  /** The digests of the layers' tars, lowest first. OCI image spec, "Image Configuration". */
  static List<String> diffIds(JsonObject config) {
    return config
        .object("rootfs")
        .flatMap(rootfs -> rootfs.array("diff_ids"))
        .orElse(JsonArray.EMPTY)
        .strings()
        .toList();
  }
}
