package dev.stargz.image;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An image that an earlier run left. Its config is read when it is first needed. */
final class EarlierImage {
  private final ImageSource place;
  private final JsonObject manifest;
  private final boolean whole;
  private @Nullable List<String> diffIds;

  /**
   * Creates an image.
   *
   * @param whole whether all of it was made of an image that is being converted, in that way
   */
  EarlierImage(ImageSource place, JsonObject manifest, boolean whole) {
    this.place = place;
    this.manifest = manifest;
    this.whole = whole;
  }

  /** Where it is. */
  ImageSource place() {
    return place;
  }

  /** Whether all of it was made of an image that is being converted, in that way. */
  boolean whole() {
    return whole;
  }

  /** Its layers, lowest first. */
  List<Descriptor> layers() {
    return manifest.array("layers").orElse(JsonArray.EMPTY).objects().map(Descriptor::of).toList();
  }

  /** What its config says of the layers. */
  synchronized List<String> diffIds() throws IOException {
    if (diffIds == null) {
      Descriptor config = Descriptor.of(manifest.object("config").orElse(JsonObject.EMPTY));
      byte[] bytes = Blobs.read(place, config, "the config", ManifestReads.MAX_CONFIG);
      diffIds =
          JsonObject.parse(bytes)
              .object("rootfs")
              .flatMap(rootfs -> rootfs.array("diff_ids"))
              .orElse(JsonArray.EMPTY)
              .strings()
              .toList();
    }
    return diffIds;
  }
}
